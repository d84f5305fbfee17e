"""Who did what: every privileged act, append-only and hash-chained. Stands below the rooms whose acts it keeps."""
