<?php
/**
 * Compiled from calls.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: 36d4737bf4d8fbdb2a782fab32b1cdbbd573bdb6862620209f2164fb20824f0e
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Calls_Example extends Module {
const BUILD='bea54e72674a6bce';
const M=0xffffffff;
const EXPORTS=[
	"factorial"=>'i>i',
	"apply"=>'iii>i',
	"frame"=>'>i',
];
public $g0_sp=32768;
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"factorial"=>$this->f2_factorial($arguments[0],$depth),
		"apply"=>$this->f3($arguments[0],$arguments[1],$arguments[2]),
		"frame"=>$this->f5($this->m),
		default=>null,
	};
}

protected function begin(){
	$this->m=\array_fill(0,16384,0);
	$this->size_memory(1,256);
}

function t0($a0,$a1,$i){
	switch($i){
	case 0:return $this->f0_add($a0,$a1);
	case 1:return $this->f1_sub($a0,$a1);
	}
	$this->no_callee($i,3,[[0,3]]);
}

function f0_add($a,$b){
	return $a+$b&self::M;
}

function f1_sub($a,$b){
	return $a-$b&self::M;
}

function f2_factorial($a,$d){
	if($d>400000)$this->exhausted();
	if($a)$b=$a*($this->f2_factorial($a-1&self::M,$d+19)<<32>>32)&self::M;
	else $b=1;
	return $b;
}

function f3($a,$b,$c){
	return $this->t0($b,$c,$a);
}

function f5(&$m){
	$k=$this->k;
	$this->g0_sp=$a=$this->g0_sp-16&self::M;
	if($a+12&$k)$this->inside($a+12);
	$m[$a+12>>2]=1;
	$b=$a+8;
	$m[$b>>2]=5;
	$this->g0_sp=$a+16;
	return $m[$a+8>>2];
}
}
