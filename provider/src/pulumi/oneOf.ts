/** One of the properties, and none of the others. */
export type OneOf<Choices> = {
  readonly [Name in keyof Choices]: {
    readonly [Given in Name]: Choices[Given];
  } & {
    readonly [Other in Exclude<keyof Choices, Name>]?: never;
  };
}[keyof Choices];
