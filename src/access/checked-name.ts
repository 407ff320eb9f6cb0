import { DomainError } from "../errors";

const NAME_LENGTH = 200;

/** The name of a key or a tenant, without space around it. @throws DomainError BAD_USER_INPUT */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length === 0) throw new DomainError("BAD_USER_INPUT", "The name is empty.");
  if (trimmed.length > NAME_LENGTH) {
    throw new DomainError("BAD_USER_INPUT", `The name is longer than ${NAME_LENGTH} characters.`);
  }
  return trimmed;
}
