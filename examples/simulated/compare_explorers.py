#!/usr/bin/env python3
# Whether an explorer that reduces comes to the ends and violations that dfs comes to, for random
# programs: those of which dfs sees everything within 3,000 executions.
# usage: compare_explorers.py RANDOM_THREADS EXPLORER MEMORY_MODEL PROGRAMS
import json
import re
import subprocess
import sys


def search(program, explorer, memory_model, arguments, limit):
    """(ends, invariant that was violated, result) of one search."""
    command = [program, "--explorer", explorer, "--memory-model", memory_model, "--json",
               "--max-executions", str(limit), "--show-output", "--audit", "0", "--", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    start = done.stdout.find('{"tool"')
    if start < 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    result = json.loads(done.stdout[start:])
    violated = [violation["invariant"] for violation in result["violations"]]
    ends = set(re.findall(r"ends with .*", done.stdout[:start]))
    return ends, violated, result


def main():
    program, explorer, memory_model, programs = sys.argv[1:5]
    compared = wrong = violating = plain = reduced = redundant = number = 0
    while compared + violating < int(programs):
        number += 1
        shape = (number, 2, 1 + number % 3) if number % 4 else (number, 3, 1)
        ends, violated, result = search(program, "dfs", memory_model, shape, int(sys.argv[5]) if len(sys.argv) > 5 else 3000)
        if not violated and result["coverage"] != "exhausted":
            continue
        found, also_violated, reduction = search(program, explorer, memory_model, shape, 0)
        if violated or also_violated:
            violating += 1
            right = violated == also_violated
        else:
            compared += 1
            plain += result["executions"]
            reduced += reduction["executions"]
            redundant += reduction.get("redundant_executions", 0)
            right = ends == found and reduction["coverage"] == "exhausted"
        if not right:
            wrong += 1
            print(f"random_threads {shape}: dfs {violated or sorted(ends)}, {explorer} "
                  f"{also_violated or sorted(found)} ({reduction['coverage']})")
    print(f"{compared} programs with the same ends, {violating} with the same violation, "
          f"{wrong} of them wrong: dfs {plain} executions, {explorer} {reduced}, "
          f"{redundant} of them redundant")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
