import { describe, it } from 'vitest';
import { expectNoticed, recorder } from './testing/characterise.ts';

const run = recorder();

const EMITTER = `
  function Emitter() { this.heard = {}; }
  Emitter.prototype.on = function (event, fn) {
    if (typeof fn !== 'function') throw new TypeError('not a function');
    (this.heard[event] = this.heard[event] || []).push(fn);
    return this;
  };
  Emitter.prototype.off = function (event, fn) {
    var list = this.heard[event];
    if (!list) return this;
    for (var i = 0; i < list.length; i++) if (list[i] === fn) { list.splice(i, 1); break; }
    return this;
  };
  Emitter.prototype.emit = function (event, detail) {
    var list = this.heard[event];
    if (!list) return 'nobody';
    for (var i = 0; i < list.length; i++) list[i].call(this, detail, i);
    return list.length;
  };
  module.exports = Emitter;`;

describe('calls that belong together', { timeout: 120_000 }, () => {
  it('[TST-01] what one method keeps by a name and a function, others find again', () => {
    expectNoticed(run(EMITTER), [
      ['list.splice(i, 1); break;', 'break;'],
      ['list[i] === fn', 'list[i] == null'],
      ['list[i].call(this, detail, i)', 'list[i].call(this, detail)'],
      ['return list.length;', 'return list.length > 0;'],
    ]);
  });

  it('[TST-01] members of what a factory gives back are called in turn', () => {
    const factory = `
      module.exports = function store() {
        var kept = new Map();
        return { put: put, take: take };
        function put(key, value) { kept.set(key, value); return kept.size; }
        function take(key) { if (!kept.has(key)) return 'none'; var value = kept.get(key); kept.delete(key); return [value]; }
      };`;
    expectNoticed(run(factory), [
      ['kept.delete(key); ', ''],
      ['return [value]', 'return value'],
    ]);
  });

  it('[TST-01] methods that a constructor puts on its instances, and declared ones on a prototype, are called', () => {
    const index = `
      function Keys(list) { this.first = function (n) { return n > 1 ? list : 'first'; }; }
      Keys.prototype.last = last;
      function last(n) { return n > 2 ? 'many' : 'few'; }
      module.exports = Keys;`;
    expectNoticed(run(index), [
      ["'first'", "'one'"],
      ["'many'", "'more'"],
    ]);
  });

  it('[TST-01] what an emitter is given to listen with is called, with what it listens to as the receiver', () => {
    const index = `
      module.exports = function first(emitter, done) {
        emitter.on('ready', heard);
        function heard(error) {
          emitter.removeListener('ready', heard);
          done(error ? 'failed' : 'ready', this === emitter);
        }
      };`;
    expectNoticed(run(index), [
      ["'failed'", "'wrong'"],
      ["'ready', this", "'done', this"],
      ["emitter.removeListener('ready', heard);", ''],
    ]);
  });

  it('[TST-01] what the code takes from the end of a rest parameter is made for it', () => {
    const index = `
      module.exports = (...values) => {
        const callback = values.pop();
        if (typeof callback !== 'function') throw new TypeError('no callback');
        return callback(values.length > 1 ? 'many' : 'few');
      };`;
    expectNoticed(run(index), [
      ["'many'", "'more'"],
      ["'few'", "'less'"],
    ]);
  });

  it('[TST-01] a function that a variable is given later is called where it is the result', () => {
    const index = `
      module.exports = (limit) => {
        let check;
        check = function (n) { return n > 3 ? 'above' : 'below'; };
        return check;
      };`;
    expectNoticed(run(index), [["'above'", "'over'"]]);
  });

  it('[TST-01] what a function of the package makes of another is called where it is the export', () => {
    const index = `
      function checked(work) {
        return function (first, second) {
          if (typeof first !== 'string') return 'no text';
          return work(first, second);
        };
      }
      module.exports = checked(function (text) { return text.length > 3 ? 'long' : 'short'; });
      module.exports.other = checked(function (text, count) { return count > 2 ? text : 'few'; });`;
    expectNoticed(run(index), [
      ["'no text'", "'none'"],
      ["'long'", "'longer'"],
      ["'few'", "'fewer'"],
    ]);
  });
});
