<?php
/**
 * The core could not be asked.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Says why, as one of the error codes `core.trap`, `core.jit` and `core.files`.
 */
final class Core_Exception extends \RuntimeException {

	/**
	 * Takes code and cause.
	 *
	 * @param string          $error_code One of the three.
	 * @param \Throwable|null $cause      What was thrown.
	 */
	public function __construct( public readonly string $error_code, ?\Throwable $cause = null ) {
		parent::__construct( $cause ? $cause->getMessage() : $error_code, 0, $cause );
	}
}
