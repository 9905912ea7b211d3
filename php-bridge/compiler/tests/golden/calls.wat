;; The stack pointer, calls through the table, recursion that counts its depth.
;; > factorial(0) => 1
;; > factorial(12) => 479001600
;; > factorial(13) => 1932053504
;; > factorial(1000000) => trap: call stack exhausted
;; > apply(0, 7, 4294967295) => 6
;; > apply(1, 7, 8) => 4294967295
;; > apply(2, 1, 1) => trap: indirect call type mismatch
;; > apply(3, 1, 1) => trap: undefined element
;; > frame() => 5
(module
  (type $binary (func (param i32 i32) (result i32)))
  (memory 1)
  (global $sp (mut i32) (i32.const 32768))
  (table funcref (elem $add $sub $factorial))
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $factorial (export "factorial") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.mul (local.get 0) (call $factorial (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 1))))
  (func (export "apply") (param i32 i32 i32) (result i32)
    (call_indirect (type $binary) (local.get 1) (local.get 2) (local.get 0)))
  (func $fill (param i32) (i32.store (local.get 0) (i32.const 5)))
  (func (export "frame") (result i32) (local i32)
    (local.set 0 (i32.sub (global.get $sp) (i32.const 16)))
    (global.set $sp (local.get 0))
    (i32.store offset=12 (local.get 0) (i32.const 1))
    (call $fill (i32.add (local.get 0) (i32.const 8)))
    (global.set $sp (i32.add (local.get 0) (i32.const 16)))
    (i32.load offset=8 (local.get 0))))
