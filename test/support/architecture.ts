import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** The rooms from the ground up: each may use those below it. */
export const ROOMS = [
  "db",
  "access",
  "graphql",
  "feed",
  "identity",
  "timeline",
  "profile",
  "ingest",
  "live",
  "connect",
  "server",
] as const;

/** Files at the root that every room may use, and those that may use every room. */
export const LEAVES = ["errors.ts", "config.ts", "log.ts"];
export const TOPS = ["main.ts", "app.ts", "cli.ts"];

/** What the middle of a name promises: what the file holds, and what it must not reach for. */
export const SUFFIXES = ["entity", "repository", "service", "loader", "type", "resolver"] as const;
const NEVER_A_FOLDER = /^(common|utils?|helpers?|types|services|shared|misc|lib)$/;
const NEVER_A_FILE = /(^|-)(utils?|helpers?|common|misc)(-|$)|^types$/;

/** A file by its path below src, and what it imports: paths below src, or names of packages. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
  /** Only hands on what other files export. */
  readonly isBarrel: boolean;
}

/** Every file of a source folder. */
export function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

export function sourceFile(path: string, text: string): SourceFile {
  const named = [...text.matchAll(/\b(?:from|require\(|import\()\s*["']([^"']+)["']|^import\s+["']([^"']+)["']/gm)];
  const imports = named.map((match) => match[1] ?? match[2]!);
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").trim();
  const isBarrel = code !== "" && /^(export\s+(type\s+)?(\*|\{[^}]*\})[^;]*from\s+["'][^"']+["'];?\s*)+$/.test(code);
  return {
    path,
    imports: imports.map((name) => (name.startsWith(".") ? normalize(join(dirname(path), name)) : name)),
    isBarrel,
  };
}

/** What breaks the rules of the house, one sentence each. */
export function violations(files: readonly SourceFile[]): string[] {
  const found = files.flatMap((file) => [...placeOf(file), ...nameOf(file), ...floorsOf(file), ...suffixOf(file)]);
  return [...found, ...circlesIn(files)];
}

/** Every circle of imports, types included, told once by the way around it. */
function circlesIn(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.map((name) => `${name}.ts`)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.push(`${[...way.slice(way.indexOf(path)), path].join(" -> ")} is a circle`);
      return;
    }
    if (done.has(path)) return;
    for (const target of importsOf.get(path) ?? []) walk(target, [...way, path]);
    done.add(path);
  };
  for (const path of importsOf.keys()) walk(path, []);
  return found;
}

function placeOf({ path, isBarrel }: SourceFile): string[] {
  const folders = path.split("/").slice(0, -1);
  const found: string[] = [];
  if (folders.length === 0 && ![...LEAVES, ...TOPS].includes(path)) found.push(`${path} is in no room`);
  if (folders.length > 0 && floorOf(path) < 0) found.push(`${path} is in a room that is not in the house`);
  for (const folder of folders) if (NEVER_A_FOLDER.test(folder)) found.push(`${path} is in a folder named ${folder}`);
  if (isBarrel || /(^|\/)index\.ts$/.test(path)) found.push(`${path} is a barrel`);
  return found;
}

function nameOf({ path }: SourceFile): string[] {
  const name = path.split("/").at(-1)!.replace(/\.ts$/, "");
  const [stem = "", suffix, ...more] = name.split(".");
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) return [`${path} is not named in kebab-case`];
  if (NEVER_A_FILE.test(stem)) return [`${path} has a name that says nothing`];
  if (suffix !== undefined && (!SUFFIXES.includes(suffix as never) || more.length > 0)) {
    return [`${path} ends in .${[suffix, ...more].join(".")}, which is no suffix of the house`];
  }
  return [];
}

function floorsOf({ path, imports }: SourceFile): string[] {
  if (TOPS.includes(path)) return [];
  const floor = floorOf(path);
  return imports.filter(isOwn).flatMap((target) => {
    if (LEAVES.includes(`${target}.ts`) || isOutside(target)) return [];
    if (TOPS.includes(`${target}.ts`)) return [`${path} imports ${target}, which stands above all rooms`];
    const below = floorOf(target);
    return below >= 0 && below <= floor ? [] : [`${path} imports ${target}, which is not below it`];
  });
}

function suffixOf({ path, imports }: SourceFile): string[] {
  const suffix = suffixIn(path);
  const reaches = (...suffixes: string[]): string[] =>
    imports
      .filter((target) => isOwn(target) && suffixes.includes(suffixIn(`${target}.ts`) ?? ""))
      .map((target) => `${path} imports ${target}: a .${suffix ?? "pure"} file has no business there`);
  switch (suffix) {
    case "entity":
      return imports.includes("type-graphql")
        ? [`${path} makes an entity a GraphQL type`]
        : reaches("type", "resolver");
    case "type":
      return imports.includes("typeorm") ? [`${path} makes a GraphQL type an entity`] : reaches("entity", "repository");
    case "repository":
      return reaches("service", "loader", "resolver");
    case "resolver":
      return reaches("repository", "entity");
    case "service":
    case "loader":
      return reaches("resolver");
    default:
      return [];
  }
}

function suffixIn(path: string): string | undefined {
  return /\.([a-z]+)\.ts$/.exec(path)?.[1];
}

function floorOf(path: string): number {
  return ROOMS.indexOf(path.split("/")[0] as never);
}

/** Ours, below src or beside it; a package's name never has a room or a leaf in front once it is resolved. */
function isOwn(target: string): boolean {
  return isOutside(target) || floorOf(target) >= 0 || [...LEAVES, ...TOPS].includes(`${target}.ts`);
}

/** Beside src: the migrations, the package's own description, the printed schema. */
function isOutside(target: string): boolean {
  return relative(".", target).startsWith("..");
}
