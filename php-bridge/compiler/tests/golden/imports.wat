;; Functions, memory and globals from outside, and what is known only then.
;; with ['env' => ['log' => fn($n) => print(''), 'pair' => fn($n) => [$n, $n + 1], 'memory' => new Golden\Linear_Memory(1, 2), 'base' => 1020, 'next' => new Golden\Global_Variable('I', 7)]]
;; > text() => 1819043144
;; > sum(20) => 41
;; > ticket() => 7
;; > ticket() => 8
;; > base => 1020
;; > end => 1025
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "pair" (func $pair (param i32) (result i32 i32)))
  (import "env" "memory" (memory 1 2))
  (import "env" "base" (global $base i32))
  (import "env" "next" (global $next (mut i32)))
  (global $end i32 (i32.add (global.get $base) (i32.const 5)))
  (export "base" (global $base))
  (export "end" (global $end))
  (data (global.get $base) "Hello")
  (func $start (call $log (global.get $end)))
  (start $start)
  (func (export "text") (result i32) (i32.load (global.get $base)))
  (func (export "sum") (param i32) (result i32) (i32.add (call $pair (local.get 0))))
  (func (export "ticket") (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (i32.const 1)))))
