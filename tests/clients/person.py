"""A person on pydle: types what comes on standard input, shows on standard output what the library tells.

    person.py PORT NICK PASSWORD
"""

import asyncio
import os
import sys
import traceback

import pydle

PORT, NICK, PASSWORD = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def show(*words):
    print(*words, flush=True)


class Person(pydle.Client):
    # The server comes back at once, so its people may, too.
    RECONNECT_DELAYS = [1]
    RECONNECT_MAX_ATTEMPTS = None

    def __init__(self):
        # What comes after the @ names the client: it is shown what it missed.
        super().__init__(NICK, username=f"{NICK}@pydle", realname=NICK, sasl_username=NICK, sasl_password=PASSWORD, sasl_mechanism="PLAIN")
        self.joined = set()
        self.entered = asyncio.Event()
        self.offered = []

    async def on_raw_cap_ls(self, params):
        # The library takes the mark of a list that goes on for the list, and ends the negotiation before it has asked for
        # anything. Spec: <https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list>
        *goes_on, caps = params
        self.offered += caps.split()
        if not goes_on:
            offered, self.offered = self.offered, []
            await super().on_raw_cap_ls([" ".join(offered)])

    async def on_nick_change(self, old, new):
        # The library handles each line in a task of its own, and knows its channels only after it knows its nick,
        # which it learns in this way.
        await super().on_nick_change(old, new)
        if new == self.nickname:
            show("connected as", new)
            self.entered.set()
            for channel in self.joined:
                await self.join(channel)

    async def on_join(self, channel, user):
        await super().on_join(channel, user)
        show(user, "joined", channel)

    async def on_message(self, target, by, message):
        await super().on_message(target, by, message)
        show(f"{target} <{by}> {message}")

    async def on_notice(self, target, by, message):
        await super().on_notice(target, by, message)
        show(f"{target} -{by}- {message}")

    async def on_mode_change(self, channel, modes, by):
        await super().on_mode_change(channel, modes, by)
        show(by, "changed", channel, *modes)

    async def type(self, line):
        word, _, rest = line.partition(" ")
        channel = next(iter(self.joined), None)
        if word == "/join":
            await self.entered.wait()
            self.joined.add(rest)
            await self.join(rest)
        elif word == "/mode":
            target, *modes = rest.split()
            await self.set_mode(target, *modes)
        elif word == "/names":
            operators = self.channels[channel]["modes"].get("o", ())
            users = self.channels[channel]["users"]
            show(*("@" + user if user in operators else user for user in users))
        elif word == "/away":
            await (self.away(rest) if rest else self.back())
        elif word == "/quote":
            verb, *params = rest.split()
            await self.rawmsg(verb, *params)
        elif word == "/quit":
            await self.quit(rest)
            sys.exit()
        else:
            await self.message(channel, line)


async def main():
    person = Person()
    await person.connect("127.0.0.1", PORT, tls=False)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            await person.type(line.rstrip("\n"))
        except Exception:
            # Said at once, and then the end: the library's own tasks would go on without its person.
            traceback.print_exc()
            os._exit(1)


asyncio.run(main())
