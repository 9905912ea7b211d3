;; Of two traps the first is seen, an address is computed before the value, and offsets may be large.
;; > truncate_and_load(1e20, 70000) => trap: integer overflow
;; > truncate_and_load(1.0, 70000) => trap: out of bounds memory access
;; > store_quotient(70000, 0) => trap: out of bounds memory access
;; > store_quotient(8, 0) => trap: integer divide by zero
;; > store_quotient(8, 5) => NULL
;; > called => 0
;; > store_loaded(70000) => trap: out of bounds memory access
;; > called => 1
;; > far(4) => trap: out of bounds memory access
(module
  (memory 1)
  (global $called (export "called") (mut i32) (i32.const 0))
  (func (export "truncate_and_load") (param f64 i32) (result i32) (local i32)
    (i32.trunc_f64_s (local.get 0))
    (i32.add (local.tee 2 (i32.load (local.get 1)))))
  (func (export "store_quotient") (param i32 i32)
    (i32.store (i32.load (local.get 0)) (i32.div_u (i32.const 7) (local.get 1))))
  (func $call (result i32)
    (global.set $called (i32.const 1))
    (i32.const 3))
  (func (export "store_loaded") (param i32)
    (i32.store offset=1 (call $call) (i32.load (local.get 0))))
  (func (export "far") (param i32) (result i32)
    (i32.load16_u offset=4294967295 (i32.or (i32.shl (local.get 0) (i32.const 2)) (i32.const 1)))))
