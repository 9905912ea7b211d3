;; Blocks become `if`, loops `while`, tables `switch`.
;; > clamp(0) => 1
;; > clamp(5) => 5
;; > clamp(10) => 9
;; > sum(0) => 0
;; > sum(100) => 5050
;; > countdown(5) => 4294967295
;; > countdown(2147483660) => 2147483657
;; > pick(0) => 100
;; > pick(1) => 102
;; > pick(2) => 102
;; > pick(3) => 4
;; > pick(4) => 4
;; > pick(4294967295) => 4294967295
;; > either(1) => 7
;; > either(0) => 8
;; > never() => trap: unreachable
(module
  (func (export "clamp") (param i32) (result i32)
    (block $done
      (block $big
        (br_if $big (i32.gt_u (local.get 0) (i32.const 9)))
        (br_if $done (local.get 0))
        (local.set 0 (i32.const 1))
        (br $done))
      (local.set 0 (i32.const 9)))
    (local.get 0))
  (func (export "sum") (param i32) (result i32) (local i32)
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get 0)))
        (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br $next)))
    (local.get 1))
  (func (export "countdown") (param i32) (result i32)
    (loop $next (result i32)
      (local.set 0 (i32.sub (local.get 0) (i32.const 3)))
      (br_if $next (i32.gt_s (local.get 0) (i32.const 0)))
      (local.get 0)))
  (func (export "pick") (param i32) (result i32)
    (block $default
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $one $two $default (local.get 0)))
          (local.set 0 (i32.const 100))
          (br $default))
        (local.set 0 (i32.const 101)))
      (local.set 0 (i32.add (local.get 0) (i32.const 1))))
    (local.get 0))
  (func (export "either") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.const 7))
      (else (select (i32.const 8) (i32.const 9) (i32.eqz (local.get 0))))))
  (func (export "never") (unreachable)))
