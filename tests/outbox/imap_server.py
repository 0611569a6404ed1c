"""An IMAP server of one mailbox (RFC 3501), as much of it as a visit needs; it remembers what was marked as read."""

import re
import socketserver
import threading


class ImapServer:
    def __init__(self, mails: list[bytes], *, password: str = "secret word") -> None:
        self.mails, self.password = mails, password
        self.seen: set[int] = set()
        self.visits = 0

    def __enter__(self) -> "ImapServer":
        mailbox = self

        class Visit(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mailbox.visits += 1
                self.wfile.write(b"* OK IMAP4rev1 ready\r\n")
                for line in self.rfile:
                    tag, command = line.decode().strip().split(" ", 1)
                    answer = mailbox.answer(command)
                    self.wfile.write(answer + f"{tag} {mailbox.result(command)}\r\n".encode())
                    if command == "LOGOUT":
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"imap://maninso:{self.password.replace(' ', '%20')}@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def result(self, command: str) -> str:
        if command.startswith("LOGIN") and self.password not in command:
            return "NO [AUTHENTICATIONFAILED] Wrong"
        return "OK done"

    def answer(self, command: str) -> bytes:
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("SELECT"):
            return f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n".encode()
        if command == "UID SEARCH UNSEEN":
            unread = [str(uid) for uid in range(1, len(self.mails) + 1) if uid not in self.seen]
            return f"* SEARCH {' '.join(unread)}\r\n".encode()
        if found := re.match(r"UID FETCH (\d+) \(RFC822\.SIZE BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            mail = self.mails[int(found[1]) - 1]
            part = mail[: int(found[2])]
            head = f"* {found[1]} FETCH (UID {found[1]} RFC822.SIZE {len(mail)} BODY[]<0> {{{len(part)}}}\r\n"
            return head.encode() + part + b")\r\n"
        if found := re.match(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", command):
            self.seen.add(int(found[1]))
        return b""
