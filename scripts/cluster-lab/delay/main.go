// delay-line carries Ethernet frames between pairs of tap devices and holds each frame for as long as its direction says.
// It stands in for netem where the kernel has none.
//
// Usage: delay-line FILE. Each line of FILE is `tapA tapB msFromAToB msFromBToA`. SIGHUP reads it again: new pairs are opened,
// delays change at once for frames that arrive from then on. A pair is never closed before the process ends. Frames of one
// direction keep their order. The taps are made in the network namespace of this process; whoever moves them to others does
// not disturb it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const (
	tunSetIff    = 0x400454ca // TUNSETIFF, linux/if_tun.h
	iffTap       = 0x0002
	iffNoPi      = 0x1000
	frameBytes   = 65536
	framesQueued = 20_000 // a full queue drops, as a router would
)

type frame struct {
	due  time.Time
	data []byte
}

// direction is one way of a pair: what is read from one tap is written to the other after delayNs.
type direction struct{ delayNs atomic.Int64 }

type pair struct{ there, back direction }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: delay-line FILE")
		os.Exit(2)
	}
	pairs := map[string]*pair{}
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	for {
		if err := apply(os.Args[1], pairs); err != nil {
			fmt.Fprintln(os.Stderr, "delay-line:", err)
			if len(pairs) == 0 {
				os.Exit(1)
			}
		}
		<-reload
	}
}

func apply(path string, pairs map[string]*pair) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if len(words) != 4 {
			return fmt.Errorf("a line must be `tapA tapB ms ms`, not %q", lines.Text())
		}
		there, err := strconv.ParseFloat(words[2], 64)
		if err != nil {
			return err
		}
		back, err := strconv.ParseFloat(words[3], 64)
		if err != nil {
			return err
		}
		name := words[0] + " " + words[1]
		known := pairs[name]
		if known == nil {
			known = &pair{}
		}
		known.there.delayNs.Store(int64(there * 1e6))
		known.back.delayNs.Store(int64(back * 1e6))
		if pairs[name] == nil {
			if err := start(words[0], words[1], known); err != nil {
				return err
			}
			pairs[name] = known
		}
	}
	return nil
}

func start(nameA, nameB string, both *pair) error {
	a, err := tap(nameA)
	if err != nil {
		return fmt.Errorf("%s: %w", nameA, err)
	}
	b, err := tap(nameB)
	if err != nil {
		return fmt.Errorf("%s: %w", nameB, err)
	}
	go carry(a, b, &both.there)
	go carry(b, a, &both.back)
	return nil
}

func tap(name string) (*os.File, error) {
	// Non-blocking, so that the runtime polls it and no thread is spent on each device.
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	var request [40]byte // struct ifreq
	copy(request[:15], name)
	*(*uint16)(unsafe.Pointer(&request[16])) = iffTap | iffNoPi
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&request[0]))); errno != 0 {
		syscall.Close(fd)
		return nil, errno
	}
	return os.NewFile(uintptr(fd), name), nil
}

func carry(from, to *os.File, way *direction) {
	queue := make(chan frame, framesQueued)
	go func() {
		for next := range queue {
			if wait := time.Until(next.due); wait > 0 {
				time.Sleep(wait)
			}
			to.Write(next.data) // A device that is down refuses frames: they are lost, as on a wire.
		}
	}()
	buffer := make([]byte, frameBytes)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			time.Sleep(10 * time.Millisecond) // The device is not up yet.
			continue
		}
		next := frame{time.Now().Add(time.Duration(way.delayNs.Load())), append([]byte(nil), buffer[:n]...)}
		select {
		case queue <- next:
		default:
		}
	}
}
