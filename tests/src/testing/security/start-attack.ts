import { expect } from '@jest/globals';
import { type ApiCall, fillIn, fillPath, type Ids, idsOf } from './api-calls.ts';
import { createAttackTable } from './attack-table.ts';
import { judgeAnswer } from './judge-answer.ts';
import { closeSender, type HostileRequest, type SeenAnswer, sendBytes } from './send-bytes.ts';
import { type AttackedSystem, startAttackedSystem } from './start-attacked-system.ts';
import { startVictim, type Victim } from './start-victims.ts';

/** A request with what is wrong in it; all the rest is right. */
export interface Attempt extends Partial<Omit<HostileRequest, 'body'>> {
  body?: HostileRequest['body'] | undefined;
  /** Default: of the attacker's own things. */
  ids?: Ids;
  /** Default: the attacker's token that may do it. */
  authorization?: Record<string, string>;
  query?: string;
}

/** A deployment with two accounts, one of which attacks the other and the whole. */
export interface Attack {
  system: AttackedSystem;
  victim: Victim;
  attacker: Victim;
  /** A body of a call that is right, for things that are there; examples name receivers that are not here. */
  bodyOf(call: ApiCall, ids: Ids): string | undefined;
  /** A webhook of the attacker's own, for calls that use one up. */
  freshIds(call: ApiCall): Promise<Ids>;
  /** Sends a request and judges the answer. */
  send(call: ApiCall, attempt: Attempt): Promise<SeenAnswer>;
  /** Says what was wrong with an answer beside what is always wrong. */
  note(fault: string): void;
  /** Ends a part: a row in the table, and an assertion that there was no harm since the last one. */
  report(attack: string): void;
  close(): Promise<void>;
}

export const startAttack = async (): Promise<Attack> => {
  const table = createAttackTable('Hostile clients');
  const env = { SUPEROFFICE_REQUIRE_HTTPS: 'false', SUPEROFFICE_PING_ON_SAVE: 'false' };
  const system = await startAttackedSystem({ env });
  const [victim, attacker] = await Promise.all([
    startVictim(system, system.receiver.url),
    startVictim(system, system.receiver.url),
  ]);
  let harm: string[] = [];
  let tried = 0;

  const bodyOf = ({ example }: ApiCall, ids: Ids): string | undefined =>
    example === undefined
      ? undefined
      : fillIn(JSON.stringify(example), ids).replaceAll(/https?:\/\/[\w.-]+\.example\.com/g, system.receiver.url);

  return {
    system,
    victim,
    attacker,
    bodyOf,
    async freshIds(call) {
      if (!idsOf(call).some((name) => name === 'webhookId' || name === 'uuid')) return attacker.ids;
      const body = { name: 'to be attacked', events: ['never'], targetUrl: `${system.receiver.url}/attacked` };
      const { id, uuid } = await attacker.client.webhooks.create(body);
      return { ...attacker.ids, webhookId: String(id), uuid };
    },
    async send(call, { ids = attacker.ids, query, ...given }) {
      const { authorization = call.authorize(attacker.token(call.access)) } = given;
      const body = 'body' in given ? given.body : bodyOf(call, ids);
      const path = given.path ?? fillPath(call, ids);
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const request = {
        method: call.method,
        path: query === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
        headers: { ...authorization, ...type, ...given.headers },
        ...(body === undefined ? {} : { body }),
      };
      const answer = await sendBytes(system.urls[call.server], request);
      tried += 1;
      // The admin sees every account.
      const fault = judgeAnswer(answer, call.access === 'admin' ? [] : [victim.marker]);
      if (fault !== null) {
        const what = `${request.method} ${request.path.slice(0, 150)} ${String(request.body ?? '').slice(0, 200)}`;
        harm.push(`${call.name}: ${fault} <- ${what}`);
      }
      return answer;
    },
    note: (fault) => void harm.push(fault),
    report(attack) {
      const seen = harm;
      table.add({ attack, tried, held: tried - seen.length, harm: seen.length === 0 ? '' : `${seen.length} answers` });
      harm = [];
      tried = 0;
      expect([...new Set(seen)].slice(0, 20)).toEqual([]);
    },
    async close() {
      closeSender();
      await system.close();
    },
  };
};
