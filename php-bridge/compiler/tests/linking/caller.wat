;; Puts a function into another module's table that calls the function of that module.
(module
  (import "recursion" "table" (table 1 funcref))
  (import "recursion" "through_table" (func $other (result i32)))
  (func $own (result i32) (call $other))
  (elem (i32.const 0) $own))
