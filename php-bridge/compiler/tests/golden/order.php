<?php
/**
 * Compiled from order.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: 4600123b7e2d2d8e6debf25b8adb899029d96d4069a9e243fee51dde8d612675
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Order_Example extends Module {
const BUILD='fe98d1536f8203f9';
const M=0xffffffff;
const EXPORTS=[
	"truncate_and_load"=>'di>i',
	"store_quotient"=>'ii>',
	"store_loaded"=>'i>',
	"far"=>'i>i',
];
const GLOBALS=[
	"called"=>'g0_called',
];
const GLOBAL_TYPES=[
	'g0_called'=>'I',
];
public $g0_called=0;
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"truncate_and_load"=>$this->f0($this->m,$arguments[0],$arguments[1]),
		"store_quotient"=>$this->f1($this->m,$arguments[0],$arguments[1]),
		"store_loaded"=>$this->f3($this->m,$arguments[0]),
		"far"=>$this->f4($this->m,$arguments[0]),
		default=>null,
	};
}

protected function begin(){
	$this->m=\array_fill(0,16384,0);
	$this->size_memory(1,256);
}

function f0(&$m,$c,$e){
	$b=$this->trunc_s32($c)&self::M;
	$a=$e&3?$this->l4($e):$m[$e>>2];
	return $b+$a&self::M;
}

function f1(&$m,$a,$b){
	$k=$this->k;
	$c=$a&3?$this->l4($a):$m[$a>>2];
	$e=(int)(7/$b);
	if($c&$k)$this->s4($c,$e);else $m[$c>>2]=$e;
}

function f3(&$m,$b){
	$this->g0_called=1;
	$a=3;
	$m[1]=$b&3?$this->l4($b):$m[$b>>2];
}

function f4(&$m,$a){
	return $m[(($a<<2|1)&self::M)+4294967295>>2]&65535;
}
}
