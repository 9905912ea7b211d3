;; Several results, and blocks and loops with parameters.
;; > swap(1, 2) => [2, 1]
;; > both_ways(3) => 12
;; > fibonacci(10) => 55
;; > fibonacci(47) => 2971215073
;; > divide(17, 5) => [3, 2]
;; > divide(17, 0) => [0, 17]
(module
  (func $swap (export "swap") (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))
  (func (export "both_ways") (param $n i32) (result i32)
    (call $swap (local.get $n) (i32.const 15))
    (i32.sub))
  ;; A branch to the head of a loop sets its parameters, all at once.
  (func (export "fibonacci") (param $n i32) (result i32) (local $a i32) (local $b i32)
    (i32.const 0)
    (i32.const 1)
    (loop (param i32 i32) (result i32)
      (local.set $b)
      (local.set $a)
      (local.get $b)
      (i32.add (local.get $a) (local.get $b))
      (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1))))
      (drop)))
  (func (export "divide") (param $a i32) (param $b i32) (result i32 i32)
    (local.get $a)
    (if (param i32) (result i32 i32) (local.get $b)
      (then (drop) (i32.div_u (local.get $a) (local.get $b)) (i32.rem_u (local.get $a) (local.get $b)))
      (else (local.set $a) (i32.const 0) (local.get $a)))))
