static unsigned char text[65536];

__attribute__((export_name("text"))) unsigned char *text_address(void) {
	return text;
}

__attribute__((export_name("crc32"))) unsigned crc32(unsigned length) {
	unsigned crc = ~0u;
	for (unsigned i = 0; i < length; i++) {
		crc ^= text[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}
