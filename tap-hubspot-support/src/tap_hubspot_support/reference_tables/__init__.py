"""Tables that are read whole: people, pipelines, definitions, the account itself."""
