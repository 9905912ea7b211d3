<?php
/**
 * Compiled from tables.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: 24752b3804b177430ce412f6b786b5b513fe80a204ad5afa0101f404c2764b44
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-linked-module.php';

final class Tables_Example extends Linked_Module {
const BUILD='8707fee7c522488b';
const M=0xffffffff;
const EXPORTS=[
	"fixed"=>'ii>i',
	"changing"=>'ii>i',
	"move"=>'ii>',
	"fill"=>'i>i',
	"is_null"=>'i>i',
	"clear"=>'i>',
	"init"=>'>',
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"fixed"=>$this->f2($arguments[0],$arguments[1]),
		"changing"=>$this->f3($arguments[0],$arguments[1],$depth),
		"move"=>$this->f4($arguments[0],$arguments[1]),
		"fill"=>$this->f5($arguments[0]),
		"is_null"=>$this->f6($arguments[0]),
		"clear"=>$this->f7($arguments[0]),
		"init"=>$this->f8(),
		default=>null,
	};
}

protected function begin(){
	$this->tables[1]=new Table('c',2,10);
	$this->f9();
}

protected function new_reference($index){
	return match($index){
		0=>new Function_Reference('i>i',fn($d,$a)=>$this->f0_double($a[0]),true),
		1=>new Function_Reference('i>i',fn($d,$a)=>$this->f1_square($a[0]),true),
		default=>parent::new_reference($index),
	};
}

function t0($a0,$i){
	switch($i){
	case 0:return $this->f0_double($a0);
	case 1:return $this->f1_square($a0);
	}
	$this->no_callee($i,2,[[0,2]]);
}

function f0_double($a){
	return $a<<1&self::M;
}

function f1_square($a){
	return $a*($a<<32>>32)&self::M;
}

function f2($a,$b){
	return $this->t0($b,$a);
}

function f3($a,$b,$d){
	if($d>400000)$this->exhausted();
	return $this->tables[1]->call($d+219,'i>i',[$b],$a);
}

function f4($a,$b){
	$this->table_set($a,$this->table_get($b,1),1);
}

function f5($a){
	return $this->table_grow($this->reference(1),$a,1);
}

function f6($a){
	return (int)(null===$this->table_get($a,1));
}

function f7($a){
	$this->table_set($a,null,1);
}

function f8(){
	$this->table_init(0,0,1,2,1);
	$this->elem_drop(2);
}

function f9(){
	$t=$this;
	$t->elements($t->functions([0]),1);
	$t->table_init(0,0,1,1,1);
	$t->elem_drop(1);
	$t->elements($t->functions([1]),2);
}
}
