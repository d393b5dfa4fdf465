#!/usr/bin/env bash
# Writes all files that are generated from the catalogue of events: methods, JSON types, snapshots, schema, TypeScript types.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 EVENTSTREAM_WRITE_SNAPSHOTS=1

dotnet run --project EventStream.Generator
dotnet build EventStream.Tests --verbosity quiet -p:Inspector=false -p:RunAnalyzers=false -p:GenerateDocumentationFile=false
dotnet run --project EventStream.Tests --no-build -- -noColor -method "*.EventSnapshotTests.ToUtf8_*" -method "*.EventSchemaTests.Get_AnswersTheCommittedCopy_*"
node clients/typescript/scripts/generate.mjs
