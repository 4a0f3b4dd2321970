#!/usr/bin/env python3
# Whether random programs end under a weak memory model as they may: dfs sees all that it sees under
# sc, and random executions see nothing else; of small programs they see all.
# usage: compare_models.py RANDOM_THREADS MEMORY_MODEL PROGRAMS
import sys

from compare_explorers import search

dfs_executions = 3000
random_executions = 3000
small = 150  # executions of dfs, of which so many random ones leave out none


def main():
    program, memory_model, programs = sys.argv[1:4]
    compared = violating = weaker = complete = wrong = number = 0
    while compared + violating < int(programs):
        number += 1
        shape = (number, 2, 2 + number % 4) if number % 4 else (number, 3, 2)
        ends, violated, result = search(program, "dfs", memory_model, shape, dfs_executions)
        if not violated and result["coverage"] != "exhausted":
            continue
        strong, strongly_violated, _ = search(program, "dfs", "sc", shape, 0)
        if violated or strongly_violated:
            violating += 1
            right = bool(violated)  # what sc breaks a weaker model breaks
            found = strong
        else:
            compared += 1
            found, sampled, _ = search(program, "random", memory_model, shape, random_executions)
            weaker += strong != ends
            complete += result["executions"] <= small
            right = strong <= ends and not sampled and found <= ends
            if result["executions"] <= small:
                right = right and found == ends
        if not right:
            wrong += 1
            print(f"random_threads {shape} under {memory_model}: dfs {violated or sorted(ends)}, "
                  f"sc {strongly_violated or sorted(strong)}, random {sorted(found)}")
    print(f"{memory_model}: {compared} programs compared, {weaker} of them end in more ways than under sc, "
          f"{complete} are small; {violating} with a violation; {wrong} wrong")
    sys.exit(wrong != 0 or weaker == 0)


main()
