/** The entry of a key, made when it is not there yet. */
export function entryOf<Key, Value extends object>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  return made;
}
