import type { Json } from '../../../domain/kernel/message.ts';
import { recipeSpecification, type TestedModule } from '../../../domain/refactoring/specification.ts';
import { planTests } from '../../characterisation/plan.ts';
import type { SubjectKind, TestPlan } from '../../characterisation/test-plan.ts';
import { figuresOf, outlookOf, placed } from './figures.ts';
import { acceptedOf, asJson, type RecipeQuestion, sourcesOf, testModeOf } from './question.ts';

const testedModules = (plan: TestPlan): readonly TestedModule[] =>
  [...new Set([...plan.subjects.map(({ module }) => module), ...plan.modules])].map((module) => {
    const tested = plan.subjects.filter((subject) => subject.module === module && subject.cases > 0);
    const ofKind = (kind: SubjectKind) => tested.filter((subject) => subject.kind === kind);
    const subjects = tested.filter(({ kind }) => !['program', 'server', 'asserted'].includes(kind));
    const sumOf = (counted: TestPlan['subjects']): number =>
      counted.reduce((sum, { cases }) => sum + cases, 0);
    return {
      module,
      exports: subjects.map(({ exportPath }) => exportPath.join('.')),
      cases: sumOf(subjects),
      runs: sumOf(ofKind('program')),
      served: sumOf(ofKind('server')),
      asserted: sumOf(ofKind('asserted')),
      uncovered: plan.uncovered.filter(({ path }) => path === module).map(placed),
    };
  });

/** Stage SPECIFY: what the tests will hold fast, and what the dry run of the chosen strategy builds (SPC-02). */
export const specify = (question: RecipeQuestion): Json => {
  const sources = sourcesOf(question);
  const outlook = outlookOf(sources, question.strategy ?? 'STANDARD', acceptedOf(question));
  const figures = figuresOf(sources, new Set(outlook.filesTouched));
  const { bdd, sdd } = recipeSpecification(
    figures,
    outlook,
    testedModules(planTests(sources, testModeOf(question))),
  );
  const cut = (text: string): string => text.slice(0, 2_000);
  return asJson({
    status: 'SPECIFIED',
    bdd: bdd.map(({ given, when, then }) => ({ given: cut(given), when: cut(when), then: cut(then) })),
    sdd: sdd.map(({ topic, statement }) => ({ topic, statement: cut(statement) })),
  });
};
