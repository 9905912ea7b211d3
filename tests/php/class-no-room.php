<?php
/**
 * A compiled core that runs out of memory.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Core;
use Connector_For_Mautic\Wasm\Engine;
use Connector_For_Mautic\Wasm\Memory;

/**
 * Lets the core's memory not grow, and leaves little of what there is: in the middle of the next message it
 * finds none and stops. It is the real one; nothing is put in its place.
 */
final class No_Room {

	/** Bytes that are left: enough to take a message, not to answer it. */
	private const LEFT = 8000;

	/** For the next message, after which the instance is thrown away. */
	public static function leave(): void {
		$engine = ( new ReflectionMethod( Core::class, 'engine' ) )->invoke( null );
		( new ReflectionProperty( Engine::class, 'instance' ) )->setValue( $engine, null );
		$module = ( new ReflectionMethod( Engine::class, 'instance' ) )->invoke( $engine );
		( new ReflectionProperty( Engine::class, 'instance' ) )->setValue( $engine, $module );
		( new ReflectionProperty( Memory::class, 'max_pages' ) )->setValue( $module, $module->pages );
		$module->invoke( 'alloc', $module->pages * Memory::PAGE - $module->invoke( 'alloc', 1 ) - self::LEFT );
	}
}
