import type { AddressInfo, Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { createLatch } from './create-latch.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** The message, parsed: subject, text, html, headers. */
  message: Email;
  raw: string;
}

/** A real SMTP server on the loopback address that keeps what it gets. */
export interface Mailbox {
  /** For `SMTP_URL`. */
  url: string;
  port: number;
  readonly mails: readonly ReceivedMail[];
  waitFor(count: number, timeoutMs?: number): Promise<readonly ReceivedMail[]>;
  /** Refuses the next messages, with a temporary SMTP error unless told otherwise, until called with false. */
  refuse(on: boolean, responseCode?: number): void;
  /** Refuses an address with an SMTP error at RCPT TO; null lets it in again. */
  refuseRecipient(address: string, responseCode: number | null): void;
  /**
   * What it does when it has the whole of a mail, which it keeps in any case: answers, closes the connection without a word,
   * or keeps it open and says nothing until `answerAll`.
   */
  thenDo(what: 'answer' | 'cut' | 'hang'): void;
  /** Answers for the mails that it has said nothing about. */
  answerAll(): void;
  close(): Promise<void>;
}

/** Port 0 takes a free one; a given port lets a test bring a server back where one went away. */
export const startMailbox = async (port = 0): Promise<Mailbox> => {
  const received = createLatch<ReceivedMail>('mails');
  let refusing: number | null = null;
  let thenDo: 'answer' | 'cut' | 'hang' = 'answer';
  const unanswered: (() => void)[] = [];
  const refusedRecipients = new Map<string, number>();
  const sockets = new Map<number, Socket>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    // A connection that is kept open and silent must not hold up its end.
    closeTimeout: 1000,
    onRcptTo({ address }, _session, callback) {
      const responseCode = refusedRecipients.get(address);
      if (responseCode === undefined) callback();
      else callback(Object.assign(new Error('not this one'), { responseCode }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusing !== null) {
          callback(
            Object.assign(new Error(refusing < 500 ? 'try again later' : 'no such mailbox'), {
              responseCode: refusing,
            }),
          );
          return;
        }
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        void PostalMime.parse(raw).then((message) => {
          if (thenDo === 'answer') callback();
          if (thenDo === 'hang') unanswered.push(callback);
          if (thenDo === 'cut') sockets.get(session.remotePort)?.destroy();
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map((recipient) => recipient.address),
            message,
            raw,
          });
        });
      });
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const remotePort = socket.remotePort ?? 0;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: listening } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${listening}`,
    port: listening,
    mails: received.items,
    waitFor: received.waitFor,
    refuse(on, responseCode = 451) {
      refusing = on ? responseCode : null;
    },
    refuseRecipient(address, responseCode) {
      if (responseCode === null) refusedRecipients.delete(address);
      else refusedRecipients.set(address, responseCode);
    },
    thenDo(what) {
      thenDo = what;
    },
    answerAll() {
      for (const answer of unanswered.splice(0)) answer();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
