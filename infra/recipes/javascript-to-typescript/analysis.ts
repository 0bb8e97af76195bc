export type ProjectAnalysis = { todo: never };
export const analyse = (): ProjectAnalysis | null => null;
