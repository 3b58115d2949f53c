// A person on irc-framework: types what comes on standard input, shows on standard output what the library tells.
//
//     node person.js PORT NICK PASSWORD

'use strict';

// The library is installed elsewhere: NODE_PATH says where.
const { Client } = require('irc-framework');
const readline = require('readline');

const [port, nick, password] = process.argv.slice(2);
const client = new Client();
const joined = new Set();
let leaving = false;

function type(line) {
    const [word] = line.split(' ', 1);
    const rest = line.slice(word.length + 1);
    const [channel] = joined;
    switch (word) {
    case '/join':
        joined.add(rest);
        client.join(rest);
        break;
    case '/mode':
        client.mode(...rest.split(' '));
        break;
    case '/names':
        client.raw('NAMES', channel);
        break;
    case '/away':
        client.raw(...(rest ? ['AWAY', rest] : ['AWAY']));
        break;
    case '/quote':
        client.raw(...rest.split(' '));
        break;
    case '/quit':
        leaving = true;
        client.quit(rest);
        break;
    default:
        client.say(channel, line);
    }
}

client.on('registered', (event) => {
    console.log('connected as', event.nick);
    joined.forEach((channel) => client.join(channel));
});
client.on('join', (event) => {
    console.log(event.nick, 'joined', event.channel);
    // As The Lounge, which is made of this library, asks for what it has not shown yet.
    if (event.nick === client.user.nick && client.network.cap.isEnabled('znc.in/playback')) {
        client.raw('ZNC', '*playback', 'PLAY', event.channel, '0');
    }
});
client.on('message', (event) => console.log(`${event.target} <${event.nick}> ${event.message}`));
client.on('mode', (event) => console.log(event.nick, 'changed', event.target, event.raw_modes));
client.on('userlist', (event) => {
    const prefix = (user) => (user.modes.includes('o') ? '@' : '');
    console.log(...event.users.map((user) => prefix(user) + user.nick));
});
// The library gives up when the connection breaks within five seconds, or again and again.
client.on('close', () => (leaving ? process.exit() : setTimeout(() => client.connect(), 500)));

client.requestCap('znc.in/playback');
client.connect({ host: '127.0.0.1', port: Number(port), nick, username: nick, gecos: nick,
    account: { account: nick, password }, sasl_disconnect_on_fail: true });
readline.createInterface({ input: process.stdin }).on('line', type);
