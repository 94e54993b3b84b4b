// The folding of this folder against the vectors of Rollcall. Run: npx tsx --test fold.test.ts
import { readFileSync } from "node:fs";
import test from "node:test";
import assert from "node:assert";
import { fold } from "./fold";

const VECTORS = JSON.parse(readFileSync(`${__dirname}/../../../docs/folding-vectors.json`, "utf8"));

test("every vector is folded as it says", () => {
  for (const { input, folded, why } of VECTORS) assert.strictEqual(fold(input), folded, why);
});

test("a distinguished name is not folded", () => {
  for (const name of ["cn=ann,ou=staff", "cn\uff1dann"]) assert.throws(() => fold(name));
});
