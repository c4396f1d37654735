"""Tools on MCP servers, which people start or name themselves: `mcp:COMMAND...`, `mcp+http://...`, `mcp+https://...`.

source    what a SRC says: the command or address, and the folders that each dialogue gets of its own
places    folders of a dialogue under short names, so that no dialogue shows where the run folder is
copies    copies of folders, from which no link leads back
server    one running server, and the task that owns its connection
answers   what a server answers, as the text that the assistant sees
listing   the tools of a server
world     the environments of a run's dialogues
"""
