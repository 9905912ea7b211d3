;; Recursion that leaves the module: through an imported function, and through a table that others fill.
(module
  (import "env" "again" (func $again (param i32) (result i32)))
  (table (export "table") 1 funcref)
  (func $through_import (export "through_import") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $again (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "through_table") (result i32) (call_indirect (result i32) (i32.const 0))))
