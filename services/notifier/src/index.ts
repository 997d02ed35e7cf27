export * from './app.ts';
export * from './create-transport.ts';
export type { Mail, MailTransport, SendResult } from './transport.ts';
