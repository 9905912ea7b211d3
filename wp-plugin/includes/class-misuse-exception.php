<?php
/**
 * A call that cannot be made.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * What a caller gave cannot be turned into a request; nothing was sent.
 */
final class Misuse_Exception extends \Exception {

	/**
	 * Takes the code.
	 *
	 * @param string $error_code Code of the documentation, such as `api_call.body_invalid`.
	 * @param string $detail     What it is about: the name of an argument or of a file.
	 */
	public function __construct( public readonly string $error_code, string $detail = '' ) {
		parent::__construct( $detail );
	}
}
