/**
 * The provider as it is written into the state of every resource: text that requires the plugin's
 * entry by the package's name, and nothing else. It holds no setting, no secret and no logic, so an
 * old state runs the code that is installed now.
 *
 * It is text, not an object for Pulumi to serialise: that text would be longer, could not say what
 * to do when the package is missing, and would cost each program the loading of the serialiser. Old
 * states keep the text of their release, so the path and the method names below are frozen for
 * good.
 *
 * The text is evaluated in the plugin's working directory, and packages are looked for from there
 * upward. Where only a component package depends on this one, npm and yarn put it there all the
 * same; pnpm links every package into `node_modules/.pnpm/node_modules`, the second place to look.
 */
export const shells = {
  feature: shellOf("feature"),
  task: shellOf("task"),
  taskRun: shellOf("taskRun"),
  customAttributes: shellOf("customAttributes"),
  shoppingIntent: shellOf("shoppingIntent"),
  taskRunCompletion: shellOf("taskRunCompletion"),
};

function shellOf(family: string): string {
  return `const own = module.paths, pnpm = own.map((folder) => folder + "/.pnpm/node_modules");
exports.handler = () => {
  const load = () => {
    try {
      return require("pulumi-nclue/plugin");
    } catch (cause) {
      if (cause.code !== "MODULE_NOT_FOUND") throw cause;
      module.paths = [...own, ...pnpm];
      return require("pulumi-nclue/plugin");
    }
  };
  const call = (verb) => (...args) => {
    let plugin;
    try {
      plugin = load();
    } catch (cause) {
      if (cause.code !== "MODULE_NOT_FOUND") throw cause;
      const error = new Error("the package pulumi-nclue cannot be loaded from " + process.cwd() +
        " (" + cause.message.split("\\n")[0] + "): run \\"npm ci\\" there, or add it to the program's own " +
        "dependencies (\\"npm i pulumi-nclue\\", \\"pnpm add pulumi-nclue\\"), then run pulumi again");
      error.stack = "see its error below";
      error.toString = () => "pulumi-nclue";
      throw error;
    }
    return plugin.${family}[verb](...args);
  };
  return {
    configure: call("configure"), check: call("check"), diff: call("diff"), create: call("create"),
    read: call("read"), update: call("update"), delete: call("delete"),
  };
};
`;
}
