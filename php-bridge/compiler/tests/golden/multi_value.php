<?php
/**
 * Compiled from multi_value.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: ab6ed767c5fd221301b4df63ecd2acb69a39bc292f4e5885e24413e136562593
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Multi_value_Example extends Module {
const BUILD='b7181717d77dccf8';
const M=0xffffffff;
const EXPORTS=[
	"swap"=>'ii>ii',
	"both_ways"=>'i>i',
	"fibonacci"=>'i>i',
	"divide"=>'ii>ii',
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"swap"=>$this->f0_swap($arguments[0],$arguments[1]),
		"both_ways"=>$this->f1($arguments[0]),
		"fibonacci"=>$this->f2($arguments[0]),
		"divide"=>$this->f3($arguments[0],$arguments[1]),
		default=>null,
	};
}

protected function begin(){
}

function f0_swap($a,$b){
	return [$b,$a];
}

function f1($n){
	[$a,$b]=$this->f0_swap($n,15);
	return $a-$b&self::M;
}

function f2($n){
	$c=0;
	$e=1;
	while(1){
		$b=$e;
		$a=$c;
		$n=$n-1&self::M;
		$f=$b;
		$h=$a+$b&self::M;
		if(!$n){
			$g=$f;
			break;
		}
		$c=$f;
		$e=$h;
	}
	return $g;
}

function f3($a,$b){
	$f=$a;
	if($b){
		$c=(int)($a/$b);
		$e=$a%$b;
	}
	else{
		$a=$f;
		$c=0;
		$e=$a;
	}
	return [$c,$e];
}
}
