// The benchmarks of scripts/bench_peers in Go: processor seconds of a collection, or nanoseconds
// of an allocation, or of what goroutines do, or seconds of a whole program.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	nodes       = 10_000_000
	collections = 5
	shortLived  = 20_000_000
	liveBytes   = 4 << 20
	turns       = 2_000_000
	depthMin    = 4
	depthMax    = 20
	depthStep   = 4
)

// Four words, two of them pointers, as in runtime_core/gc/mark_bench.cc.
type node struct {
	link [2]*node
	rest [2]uint64
}

var (
	root *node
	sink *node
	live []byte
)

// Of the process, whichever thread.
func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := usage.Utime.Sec + usage.Stime.Sec
	micros := usage.Utime.Usec + usage.Stime.Usec
	return float64(seconds) + float64(micros)/1e6
}

// splitmix64
func nextRandom(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func build(shape string) {
	all := make([]*node, nodes)
	for i := range all {
		all[i] = new(node)
	}
	random := uint64(1)
	for i := uint64(0); i < 2*nodes; i++ {
		target := i + 1
		if shape == "random_graph" {
			target = nextRandom(&random) % nodes
		}
		if target < nodes {
			all[i/2].link[i%2] = all[target]
		}
	}
	root = all[0]
}

// Mark and sweep: runtime.GC returns when both are done. The first drops what is not reachable.
func collect(shape string) float64 {
	debug.SetGCPercent(-1)
	build(shape)
	runtime.GC()
	begin := processorSeconds()
	for i := 0; i < collections; i++ {
		runtime.GC()
	}
	return (processorSeconds() - begin) / collections
}

// Nanoseconds for each.
func allocateGarbage() float64 {
	live = make([]byte, liveBytes)
	begin := processorSeconds()
	for i := 0; i < shortLived; i++ {
		sink = new(node)
	}
	return (processorSeconds() - begin) / shortLived * 1e9
}

// Nanoseconds for each turn.
func perTurn(turn func()) float64 {
	begin := processorSeconds()
	for i := 0; i < turns; i++ {
		turn()
	}
	return (processorSeconds() - begin) / turns * 1e9
}

// As in runtime_core/chan/chan_bench.cc.
func switchGoroutines() float64 {
	go func() {
		for {
			runtime.Gosched()
		}
	}()
	return perTurn(runtime.Gosched)
}

func pingPong() float64 {
	ping, pong := make(chan *node), make(chan *node)
	go func() {
		for value := range ping {
			pong <- value
		}
	}()
	return perTurn(func() {
		ping <- nil
		<-pong
	})
}

func spawn() float64 {
	return perTurn(func() {
		go func() {}()
		runtime.Gosched()
	})
}

// As in scenarios/binary_trees.cc.
type tree struct{ left, right *tree }

var longLived *tree

func makeTree(depth int) *tree {
	made := new(tree)
	if depth > 0 {
		made.left = makeTree(depth - 1)
		made.right = makeTree(depth - 1)
	}
	return made
}

func (t *tree) check() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.check() + t.right.check()
}

func checkTree(t *tree, depth int) {
	if t.check() != 2<<depth-1 {
		panic("a tree has not as many nodes as it was made with")
	}
}

// One worker each P. Seconds of processors, and seconds.
func binaryTrees(procs int) (float64, float64) {
	runtime.GOMAXPROCS(procs)
	longLived = makeTree(depthMax)
	var workers sync.WaitGroup
	for worker := 0; worker < procs; worker++ {
		workers.Add(1)
		go func(worker int) {
			for depth := depthMin; depth <= depthMax; depth += depthStep {
				for i := worker; i < 1<<(depthMax-depth+depthMin); i += procs {
					checkTree(makeTree(depth), depth)
				}
			}
			workers.Done()
		}(worker)
	}
	workers.Wait()
	checkTree(longLived, depthMax)
	return processorSeconds(), time.Since(started).Seconds()
}

var started = time.Now()

func main() {
	runtime.GOMAXPROCS(1)
	goroutines := map[string]func() float64{
		"goroutine_switch":  switchGoroutines,
		"channel_ping_pong": pingPong,
		"goroutine_spawn":   spawn,
	}
	switch {
	case len(os.Args) == 2 && goroutines[os.Args[1]] != nil:
		fmt.Println(goroutines[os.Args[1]]())
	case len(os.Args) == 2 && os.Args[1] == "short_lived":
		fmt.Println(allocateGarbage())
	case len(os.Args) == 2 && (os.Args[1] == "random_graph" || os.Args[1] == "binary_tree"):
		fmt.Println(collect(os.Args[1]))
	case len(os.Args) == 3 && os.Args[1] == "binary_trees":
		procs, err := strconv.Atoi(os.Args[2])
		if err != nil {
			panic(err)
		}
		fmt.Println(binaryTrees(procs))
	default:
		fmt.Fprintln(os.Stderr, "usage: peer random_graph|binary_tree|short_lived|"+
			"goroutine_switch|channel_ping_pong|goroutine_spawn|binary_trees PROCS")
		os.Exit(2)
	}
	runtime.KeepAlive(root)
	runtime.KeepAlive(live)
}
