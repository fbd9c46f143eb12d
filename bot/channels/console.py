"""The conversation in a terminal: typed or piped lines, buttons by their numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from bot.conversation.assistant import Assistant
from bot.domain import Button, Context, Question, Reply, Tap, Verb

COMMANDS = {
    "/start": Verb.START,
    "/help": Verb.HELP,
    "/language": Verb.LANGUAGES,
    "/city": Verb.CITIES,
    "/privacy": Verb.PRIVACY,
    "/erase": Verb.ERASE,
    "/topics": Verb.TOPICS,
}


class Console:
    """A conversation over two text streams. What it remembers ends with it."""

    def __init__(self, assistant: Assistant, out: TextIO) -> None:
        self._assistant = assistant
        self._out = out
        self._context = Context()
        self._buttons: list[Button] = []

    def talk(self, lines: Iterable[str], *, prompt: bool) -> None:
        """Greet, then answer every line until there are no more."""
        self._say(self._assistant.tapped(Tap(Verb.START), self._context))
        self._prompt(prompt)
        for line in lines:
            text = line.strip()
            if text in ("/quit", "/exit"):
                break
            if text:
                if not prompt:
                    self._out.write(f"> {text}\n")
                self._say(self.reply_to(text))
            self._prompt(prompt)

    def reply_to(self, text: str) -> Reply:
        """The reply to one line: a command, the number of a button, or a question."""
        if text in COMMANDS:
            return self._assistant.tapped(Tap(COMMANDS[text]), self._context)
        if text.startswith("/start "):
            return self._assistant.opened(text.removeprefix("/start ").strip(), self._context)
        if text.isdecimal() and 1 <= int(text) <= len(self._buttons):
            return self._assistant.tapped(self._buttons[int(text) - 1].tap, self._context)
        return self._assistant.reply_to(Question(text, self._context))

    def _say(self, reply: Reply) -> None:
        self._context = reply.context
        self._buttons = [button for row in reply.buttons for button in row]
        for line in reply.lines:
            self._out.write(" ".join(part for part in (line.strong, line.text) if part) + "\n")
            if line.link and line.link not in line.text:
                self._out.write(f"  {line.link}\n")
        number = 0
        for row in reply.buttons:
            names = []
            for button in row:
                number += 1
                names.append(f"[{number}] {button.label}")
            self._out.write("  ".join(names) + "\n")
        self._out.write("\n")
        self._out.flush()

    def _prompt(self, wanted: bool) -> None:
        if wanted:
            self._out.write("> ")
            self._out.flush()


def talk(assistant: Assistant) -> None:
    """Talk over standard input and output until the input ends."""
    typed = sys.stdin.isatty()
    Console(assistant, sys.stdout).talk(sys.stdin, prompt=typed)
