import RasidBase

/// Address blocks as one column: in their shortest exact form, a space between.
enum AddressList {
    static func text(_ blocks: [AddressBlock]) -> String {
        blocks.map { block in
            let width = block.base.isIPv4 ? 32 : 128
            let bits = block.prefix - (128 - width)
            return bits == width ? "\(block.base)" : "\(block.base)/\(bits)"
        }.joined(separator: " ")
    }

    static func read(_ text: String) -> [AddressBlock]? {
        let parts = text.split(separator: " ")
        let blocks = parts.compactMap { AddressBlock($0) }
        return blocks.count == parts.count ? blocks : nil
    }
}
