from web import bundle


def test_every_linked_file_is_there_and_named_by_its_content():
    found = bundle.get_bundle()
    for address in (found.script, *found.imports, *found.styles):
        assert address.startswith("/static/web/")
        name = address.rsplit("/", 1)[1]
        assert (bundle.FOLDER / name).is_file()
        assert len(name.split(".")[1]) == 12
