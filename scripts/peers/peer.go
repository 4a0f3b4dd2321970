// The benchmarks of scripts/bench_peers in Go: processor seconds of a collection, or nanoseconds
// of an allocation, or of what goroutines do.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

const (
	nodes       = 10_000_000
	collections = 5
	shortLived  = 20_000_000
	liveBytes   = 4 << 20
	turns       = 2_000_000
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
	default:
		fmt.Fprintln(os.Stderr, "usage: peer random_graph|binary_tree|short_lived|"+
			"goroutine_switch|channel_ping_pong|goroutine_spawn")
		os.Exit(2)
	}
	runtime.KeepAlive(root)
	runtime.KeepAlive(live)
}
