;; Small functions are part of those that call them, and gone if nothing else can call them.
;; > twice_in_a_loop(3) => 9
;; > keeps_order(100) => 5
;; > keeps_order(100) => 7
;; > changes_its_parameter(5) => 11
;; > first_of(6) => 3
;; > first_of(7) => 7
;; > known(2) => 20
;; > passes_on(9) => 10
(module
  (memory 1)
  ;; Its local begins as zero each time.
  (func $count (param i32) (result i32) (local i32)
    (if (local.get 0) (then (local.set 1 (i32.const 3))))
    (local.get 1))
  (func (export "twice_in_a_loop") (param i32) (result i32) (local i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.add (call $count (local.get 0)) (call $count (i32.const 0)))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if 0 (local.get 0)))
    (local.get 1))
  ;; What is loaded before the call is not what the call stores.
  (func $store (param i32) (result i32)
    (i32.store (local.get 0) (i32.const 2))
    (i32.const 5))
  (func (export "keeps_order") (param i32) (result i32)
    (i32.add (i32.load (local.get 0)) (call $store (local.get 0))))
  (func $halve (param i32) (result i32)
    (local.set 0 (i32.shr_u (local.get 0) (i32.const 1)))
    (i32.add (local.get 0) (i32.const 4)))
  (func (export "changes_its_parameter") (param i32) (result i32)
    (i32.add (call $halve (local.get 0)) (local.get 0)))
  ;; It returns out of a loop.
  (func $odd_part (param i32) (result i32)
    (loop
      (if (i32.and (local.get 0) (i32.const 1)) (then (return (local.get 0))))
      (local.set 0 (i32.shr_u (local.get 0) (i32.const 1)))
      (br 0))
    (unreachable))
  (func (export "first_of") (param i32) (result i32)
    (call $odd_part (local.get 0)))
  ;; An argument decides which side of it is there.
  (func $pick (param i32 i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 1))
      (then (i32.mul (local.get 1) (i32.const 10)))
      (else (unreachable))))
  (func (export "known") (param i32) (result i32)
    (call $pick (i32.const 1) (local.get 0)))
  ;; Only a function that comes back to itself stays one.
  (func $down (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (call $down (i32.sub (local.get 0) (i32.const 1))))
      (else (i32.const 10))))
  (func (export "passes_on") (param i32) (result i32)
    (call $down (local.get 0))))
