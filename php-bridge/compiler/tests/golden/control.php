<?php
/**
 * Compiled from control.wasm by wasm2php 0.1.0.
 *
 * Not written by hand and not meant to be changed: the source is compiled to
 * WebAssembly, and that to PHP.
 *
 * SHA-256 of the module: 0396b198af4579bc3cd21602151111c4205cc104a18c77b753c1a2f1416cb7b6
 *
 * phpcs:ignoreFile
 */

namespace Golden;

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-module.php';

final class Control_Example extends Module {
const BUILD='80aa2fa69c14fab8';
const M=0xffffffff;
const EXPORTS=[
	"clamp"=>'i>i',
	"sum"=>'i>i',
	"countdown"=>'i>i',
	"pick"=>'i>i',
	"either"=>'i>i',
	"never"=>'>',
];
public function call_export($name,array $arguments,$depth=0){
	return match($name){
		"clamp"=>$this->f0($arguments[0]),
		"sum"=>$this->f1($arguments[0]),
		"countdown"=>$this->f2($arguments[0]),
		"pick"=>$this->f3($arguments[0]),
		"either"=>$this->f4($arguments[0]),
		"never"=>$this->f5(),
		default=>null,
	};
}

protected function begin(){
}

function f0($a){
	if($a<=9){
		if(!$a)$a=1;
	}
	else $a=9;
	return $a;
}

function f1($a){
	$b=0;
	while($a){
		$b=$b+$a&self::M;
		$a=$a-1&self::M;
	}
	return $b;
}

function f2($a){
	do{
		$a=$a-3&self::M;
	}while(($a^2147483648)>2147483648);
	$b=$a;
	return $b;
}

function f3($a){
	switch($a){
	default:
		break;
	case 0:
		$a=100;
		break;
	case 1:case 2:
		$a=101;
	case 3:
		$a=$a+1&self::M;
	}
	return $a;
}

function f4($b){
	if($b)$a=7;
	else $a=!$b?8:9;
	return $a;
}

function f5(){
	$this->unreachable();
}
}
