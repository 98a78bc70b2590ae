/**
 * The provider as it is written into the state of every resource: text that requires the plugin's
 * entry by the package's name, and nothing else. It holds no setting, no secret and no logic, so an
 * old state runs the code that is installed now.
 *
 * It is text, not an object for Pulumi to serialise: that text would be longer, could not say what
 * to do when the package is missing, and would cost each program the loading of the serialiser. Old
 * states keep the text of their release, so the path and the method names below are frozen for
 * good.
 */
export const taskRunShell = shellOf("taskRun");
export const taskRunCompletionShell = shellOf("taskRunCompletion");

function shellOf(family: "taskRun" | "taskRunCompletion"): string {
  return `exports.handler = () => {
  const call = (verb) => (...args) => {
    let plugin;
    try {
      plugin = require("pulumi-nclue/plugin");
    } catch (cause) {
      if (cause.code !== "MODULE_NOT_FOUND") throw cause;
      const error = new Error("the package pulumi-nclue (or one that it needs) cannot be loaded from " + process.cwd() +
        ": run \\"npm ci\\" there (pnpm: \\"pnpm add pulumi-nclue\\", as a direct dependency), then run pulumi again");
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
