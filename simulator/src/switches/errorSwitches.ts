import { oneOf, whole } from "./switchKinds";

export const errorSwitches = {
  /** JSON body of NCLUE's own errors: none was ever seen; these are the shapes met on NAVER Cloud. */
  errorShape: oneOf(
    "responseError",
    "error-errorCode",
    "error-code",
    "error-text",
    "flat",
    "code-msg",
    "status-code",
    "spring",
    "xml",
    "plain",
  ),
  /** Codes in NCLUE's errors: a JSON string, a number, a word such as `DUPLICATE_NAME`, or none. */
  errorCodeType: oneOf("string", "number", "word", "none"),
  /** Body of the gateway's errors: the sample quotes the code, the field's type is Integer. */
  gatewayErrorShape: oneOf("string", "number", "xml"),
  /** Where the name and the other values of the request are repeated. */
  requestRepeatedIn: oneOf("nothing", "failMessages", "errors", "both"),
  /** GET or DELETE of an id that is not there. */
  unknownIdStatus: whole(404),
  /** The code in that answer. */
  unknownIdCode: whole(10110),
  /** DELETE in a status, or with a dependent, that does not allow it. */
  deleteRefusedStatus: whole(409),
  /** The code in that answer. */
  deleteRefusedCode: whole(10111),
  /** POST on a parent that is not completed. */
  parentNotReadyStatus: whole(409),
  /** The code in that answer. */
  parentNotReadyCode: whole(10112),
  /** POST on a parent that does not exist. */
  unknownParentStatus: whole(404),
  /** The code in that answer. */
  unknownParentCode: whole(10110),
  /** POST or list with an empty, missing or wrong parameter. */
  parameterStatus: whole(422),
  /** The code in that answer. */
  parameterCode: whole(10113),
  /** Download of a result whose job is not completed. */
  downloadRefusedStatus: whole(409),
  /** The code in that answer. */
  downloadRefusedCode: whole(10114),
  /** DELETE of an unknown or already deleted id: an error, or success again. */
  deleteUnknown: oneOf("error", "success"),
};
