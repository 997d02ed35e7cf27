import { type DiagnosisView, type MeView, VERSION } from '@posthorn/contracts';
import { account, token } from './examples.ts';

export const me: MeView = {
  isAdmin: false,
  account: { id: account.id, name: account.name },
  token: { id: token.id, name: token.name, scopes: token.scopes },
  version: VERSION,
};

export const diagnosis: DiagnosisView = {
  ok: false,
  checks: [
    {
      name: 'database',
      status: 'ok',
      message: 'PostgreSQL 18.1 answers in 0.6 ms; 31 of 100 connections are open.',
      advice: null,
      durationMs: 3.1,
    },
    {
      name: 'workers',
      status: 'failed',
      message: 'No worker is alive; the last one was seen 12 min ago.',
      advice: 'Start `worker`, and look into its log: until then deliveries wait, and none is lost.',
      durationMs: 4.2,
    },
  ],
};
