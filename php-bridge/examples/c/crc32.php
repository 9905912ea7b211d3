<?php
require 'build/checksum.php';

$module = new Wasm2Php\Checksum();
$module->write( $module->invoke( 'text' ), '123456789' );
printf( "%08x\n", $module->invoke( 'crc32', 9 ) );
