import type { z } from 'zod';

/** What an expression of a detector's settings must come to: a number, a condition, or anything that can be told from another. */
export type InputType = 'number' | 'condition' | 'value';

/** An expression among a kind's settings, whose value the detector sees of every event. */
export interface InputText {
  /** Where it stands below the detector, as in `['steps', 0, 'where']`. */
  path: readonly (string | number)[];
  text: string;
  takes: InputType;
}

/** What is wrong with settings that are each fine by themselves. */
export interface SettingsProblem {
  path: readonly (string | number)[];
  message: string;
}

/** How a kind of detector is written in the pipeline file; what it does with that is in process/detect/kinds/, in the file of the same name. */
export interface KindForm<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** The kind's own keys, beside those that every detector has. */
  settings: Shape;
  /** Which of them are expressions. Their values come in this order. */
  inputs(settings: z.output<z.ZodObject<Shape>>): InputText[];
  /** Rules that one key alone cannot say; `forget` in milliseconds. */
  problems?(settings: z.output<z.ZodObject<Shape>>, common: { forget: number }): SettingsProblem[];
}

/** The form itself: it lets the types of the settings follow from their shape. */
export function kindForm<Shape extends z.ZodRawShape>(form: KindForm<Shape>): KindForm<Shape> {
  return form;
}
