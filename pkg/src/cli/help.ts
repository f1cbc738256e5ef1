export const HELP = `edge-mfa: the keys of a service, and its accounts

  edge-mfa keys new [--test]        prints a new key ring
  edge-mfa keys new --add           prints the ring with a new key, which seals from then on
  edge-mfa keys remove <id>         prints the ring without a key
  edge-mfa keys report              which key seals how many records, and which keys are due
  edge-mfa keys rotate              seals every record again that is not sealed with the newest key
  edge-mfa inspect <account>        how an account stands, and what happened to it

  --store <url>       sqlite:mfa.db, redis://host, postgres://host/name; or $MFA_STORE, which may hold a password
  --keys-file <path>  the key ring, - for standard input; or $MFA_KEYS
  --json              the result for a program
  --dry-run           keys rotate: counts, and changes nothing
  --resume            keys rotate: goes on where it was interrupted
  --events <number>   inspect: how many of the latest events, 20 unless told
  --caseless          inspect: the service spells its subjects "caseless"
  --help

  The driver of the store is the one that your project has installed: better-sqlite3, libsql, @libsql/client or
  node:sqlite; redis or ioredis; pg or postgres.

  To replace a key: keys new --add, give the new ring to every instance of the service, keys rotate, keys report; when
  the old key seals no record and its sessions have ended (24 hours at most), keys remove.

  Exit codes: 0 done; 1 failed; 2 wrong arguments; 3 done, but a key is due or unknown, or a record does not open;
  130 and 143 interrupted.
`;
