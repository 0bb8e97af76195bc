import { describe, expect, it } from 'vitest';
import { eventTypes } from './event-types.ts';
import { KILLED_IN, NOT_WRITTEN, notKilledAt, untrue } from './plan.ts';
import { SCENARIO_NAMES } from './scenarios.ts';
import { difference, newestPoints, pointsOf, storyOf } from './story.ts';

const types = eventTypes();
const planned = new Set(Object.keys(KILLED_IN));

describe('the plan of the crash run', () => {
  it('kills at every type of event that a job can write, as the definitions name them', () => {
    expect(types).toEqual(expect.arrayContaining(['JobRequested', 'RevertBlocked', 'UsageWaived']));
    expect(types).not.toContain('TierAssigned');
    expect(notKilledAt(types, planned)).toEqual([]);
    expect(untrue(types, planned)).toEqual([]);
    expect(new Set(Object.values(KILLED_IN))).toEqual(new Set(SCENARIO_NAMES));
  });

  it('names a type that was added and that nothing is killed at', () => {
    expect(notKilledAt([...types, 'JobForgotten'], planned)).toEqual(['JobForgotten']);
    expect(notKilledAt(types, new Set([...planned].filter((type) => type !== 'TestsFailed')))).toEqual([
      'TestsFailed',
    ]);
  });

  it('names a type that is gone, and one that is written although it was said not to be', () => {
    const [first = ''] = Object.keys(NOT_WRITTEN);
    expect(untrue(types.slice(1), planned)).toEqual(types.slice(0, 1));
    expect(untrue(types, new Set([first]))).toEqual([first]);
  });
});

describe('the story of a job', () => {
  const event = (type: string, data: Record<string, unknown> = {}, transaction = '1') => ({
    ...{ stream: 'job-1', type, data, transaction },
  });

  it('counts the events of a type', () => {
    expect(pointsOf([event('A'), event('B'), event('A')])).toEqual(['A#1', 'B#1', 'A#2']);
  });

  it('names what came at the last moment, and no more than is new', () => {
    const events = [event('A'), event('B', {}, '2'), event('A', {}, '2')];
    expect(newestPoints(events, 0)).toEqual(['B#1', 'A#2']);
    expect(newestPoints(events, 2)).toEqual(['A#2']);
    expect([newestPoints(events, 3), newestPoints([], 0)]).toEqual([[], []]);
  });

  it('differs by a repeated question, by a missing event and by other bytes, not by a repeated claim or a late beat', () => {
    const asked = event('ModelCalled', { call: { stage: 'PATCH', attempt: 1 } });
    const made = event('PatchGenerated', { patch: { sha256: 'a' } });
    const story = storyOf([asked, made]);
    expect(difference(story, storyOf([asked, event('ExecutionClaimed'), made]))).toBeNull();
    expect(difference(story, storyOf([asked, event('ClientHeartbeatMissed'), made]))).toBeNull();
    expect(difference(story, storyOf([asked, event('ClientLost'), made]))).toContain('ClientLost instead of');
    expect(difference(story, storyOf([asked, asked, made]))).toContain('instead of PatchGenerated a');
    expect(difference(story, storyOf([asked]))).toBe('nothing instead of PatchGenerated a');
    expect(difference(story, storyOf([asked, made, made]))).toBe('PatchGenerated a instead of the end');
    expect(difference(story, storyOf([asked, event('PatchGenerated', { patch: { sha256: 'b' } })]))).toBe(
      'PatchGenerated b instead of PatchGenerated a',
    );
  });
});
