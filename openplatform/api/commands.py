"""Slash commands over HTTP: which there are, and running one. Parsing and what they do is ``chat.slash``'s."""

from chat import slash
from chat.slash import Answer
from openplatform.api.door import Door
from openplatform.api.messages import choose_key
from openplatform.api.operation import operation
from openplatform.api.shapes import CommandBody, CommandList, CommandRow


class CommandsView(Door):
    """Every command."""

    @operation("commands.list", scope="commands:use", answer=CommandList)
    def get(self) -> CommandList:
        """The commands that you may use, by name, with their help in English and Chinese."""
        return CommandList(
            commands=[
                CommandRow(name=each.name, usage=each.usage, help_en=each.help_en, help_zh=each.help_zh)
                for each in slash.list_commands(self.actor)
            ]
        )


class RunCommandView(Door):
    """Commands given in one conversation."""

    @operation("commands.run", scope="commands:use", body=CommandBody, answer=Answer, key="passed", fails=(404,))
    def post(self, *, conversation: int, body: CommandBody, key: str) -> Answer:
        """Run a line such as ``/topic Budget``. The answer's text is for you alone; nothing of it is stored."""
        return slash.run(
            actor=self.actor,
            conversation=conversation,
            text=body.text,
            client_key=choose_key(key, body.client_key),
            language=body.language,
        )
