// SPDX-License-Identifier: Apache-2.0
//! Transactions as the person who is to sign them reads them.
//!
//! Every argument stands under its name in the runtime, one a line, what it consists of indented
//! under it; so do calls within calls. Accounts, hashes and other bytes are `0x` and hexadecimal,
//! balances in the token's unit with the smallest unit behind. The lines come from the very walk
//! that decodes the transaction, so nothing is shown that is not signed, and an argument that is not
//! shown is counted.
//!
//! What is shown is bounded: long bytes and texts are cut, with their length and hash in place of the
//! rest, and so is a call of more than 512 lines. Whatever has no printable form is escaped:
//! a name or a text cannot move the cursor.

use super::{
	metadata::{ExtrinsicMetadata, Field, TypeRef, Visitor, Whole},
	transaction::{decode_visited, Era, Transaction},
};
use codec::{Compact, Decode};
use qh_crypto::blake2_256;
use qh_signer_client::{Hash, MetadataProof, Refusal, TransactionRequest};

/// Most lines of a call, and of extensions.
const MAX_LINES: usize = 512;
/// Longest bytes that are shown whole: public keys of 32 bytes, two hashes.
const MAX_BYTES: usize = 64;
/// Of longer ones, the first so many.
const HEAD_BYTES: usize = 32;
/// Longest text that is shown whole, in characters.
const MAX_TEXT: usize = 200;
/// Longest name, in characters.
const MAX_NAME: usize = 64;
/// Most decimals that a balance can be shown with: 10^38 is the greatest power in 128 bits.
const MAX_DECIMALS: u8 = 38;

/// Decode a transaction for the chain with this genesis, and say line by line what it does.
pub fn show_transaction(
	request: &TransactionRequest,
	genesis: &Hash,
) -> Result<(Transaction, Vec<String>), Refusal> {
	// That it decodes is checked below.
	let call_ty = ExtrinsicMetadata::decode(&mut &request.metadata.extrinsic[..])
		.ok()
		.map(|extrinsic| extrinsic.call_ty);
	let unit = Unit::of(&request.metadata);
	let mut arguments = Lines::new(&unit, call_ty);
	let mut others = Lines::new(&unit, None);
	let transaction = decode_visited(request, genesis, &mut arguments, &mut others)?;

	let call = &transaction.call;
	let mut lines = vec![format!("transaction {}.{}", name(&call.pallet), name(&call.call))];
	lines.extend(arguments.finish(&request.call));
	lines.push(format!("account     {}", hexadecimal(&request.key)));
	lines.extend(terms(&transaction, &request.metadata, &unit));
	let others = others.finish(&[&request.explicit[..], &request.implicit].concat());
	if !others.is_empty() {
		lines.push("also signed".to_owned());
		lines.extend(others);
	}
	Ok((transaction, lines))
}

fn terms(transaction: &Transaction, metadata: &MetadataProof, unit: &Unit) -> Vec<String> {
	let terms = &transaction.terms;
	let mut lines = Vec::new();
	if let Some(nonce) = terms.nonce {
		lines.push(format!("nonce       {nonce}"));
	}
	if let Some(tip) = terms.tip {
		lines.push(format!("tip         {}", unit.amount(tip)));
	}
	match terms.era {
		Some((Era::Immortal, _)) => lines.push("era         immortal: valid for ever".to_owned()),
		Some((Era::Mortal { period, .. }, birth)) => lines.push(format!(
			"era         mortal: valid in {period} blocks, from block {} on",
			hexadecimal(&birth)
		)),
		None => {}
	}
	let version = |what: &str, version: Option<u32>| {
		version.map(|version| format!(", {what} version {version}")).unwrap_or_default()
	};
	lines.push(format!(
		"runtime     {}{}{}",
		name(&metadata.spec_name),
		version("spec", terms.spec_version.or(Some(metadata.spec_version))),
		version("transaction", terms.transaction_version)
	));
	lines
}

/// The token.
struct Unit {
	symbol: String,
	decimals: u8,
}

impl Unit {
	fn of(metadata: &MetadataProof) -> Self {
		Self { symbol: name(&metadata.token_symbol), decimals: metadata.decimals }
	}

	/// A balance: `1.5 QMHY (1500000000000)`.
	fn amount(&self, value: u128) -> String {
		if self.decimals > MAX_DECIMALS {
			return value.to_string();
		}
		let one = 10u128.pow(self.decimals.into());
		let (whole, rest) = (value / one, value % one);
		let mut text = whole.to_string();
		if rest > 0 {
			let digits = format!("{rest:0width$}", width = self.decimals.into());
			text = format!("{text}.{}", digits.trim_end_matches('0'));
		}
		format!("{text} {} ({value})", self.symbol)
	}
}

/// Writes down what it visits.
struct Lines<'a> {
	unit: &'a Unit,
	/// The type of calls, which calls may have among their arguments.
	call_ty: Option<TypeRef>,
	lines: Vec<String>,
	left_out: usize,
	/// The line that is being written.
	line: String,
	open: Vec<Open>,
	/// Whether a value that comes now is a balance.
	is_balance: bool,
	/// Whether the line ends with a pallet whose call comes now.
	is_pallet: bool,
}

/// What has begun and not ended.
struct Open {
	/// Whether its one part stands on the same line.
	inline: bool,
	is_balance: bool,
}

impl<'a> Lines<'a> {
	fn new(unit: &'a Unit, call_ty: Option<TypeRef>) -> Self {
		Self {
			unit,
			call_ty,
			lines: Vec::new(),
			left_out: 0,
			line: String::new(),
			open: vec![Open { inline: false, is_balance: false }],
			is_balance: false,
			is_pallet: false,
		}
	}

	fn word(&mut self, word: &str) {
		if !self.line.is_empty() {
			self.line.push(if self.is_pallet { '.' } else { ' ' });
		}
		self.is_pallet = false;
		self.line.push_str(word);
	}

	fn end_line(&mut self) {
		let line = std::mem::take(&mut self.line);
		if line.is_empty() {
			return;
		}
		if self.lines.len() < MAX_LINES {
			self.lines.push(line);
		} else {
			self.left_out += 1;
		}
	}

	/// All lines, and how many more there would be of what these bytes say.
	fn finish(mut self, of: &[u8]) -> Vec<String> {
		self.end_line();
		if self.left_out > 0 {
			self.lines.push(format!(
				"  NOT SHOWN: {} more lines. All of it has {} bytes with blake2_256 {}",
				self.left_out,
				of.len(),
				hexadecimal(&blake2_256(of))
			));
		}
		self.lines
	}
}

impl Visitor for Lines<'_> {
	fn begin(&mut self, whole: Whole<'_>) {
		let is_newtype = |fields: &[Field]| matches!(fields, [Field { name: None, .. }]);
		let inline = match whole {
			Whole::Variant { ty, name: variant, fields } => {
				self.word(&name(variant));
				self.is_pallet = self.call_ty == Some(ty) && is_newtype(fields);
				is_newtype(fields)
			}
			Whole::Struct([]) | Whole::Tuple(0) => {
				self.word("()");
				false
			}
			Whole::Struct(fields) => is_newtype(fields),
			Whole::Tuple(count) => count == 1,
			Whole::List(count) => {
				match count {
					0 => self.word("none"),
					1 => self.word("1 item"),
					_ => self.word(&format!("{count} items")),
				}
				false
			}
		};
		self.open.push(Open { inline, is_balance: self.is_balance });
	}

	fn part(&mut self, index: usize, field: Option<&Field>) {
		let Some(parent) = self.open.last() else { return };
		let type_name = field.and_then(|field| field.type_name.as_deref());
		self.is_balance = type_name.map_or(parent.is_balance, is_balance);
		if parent.inline {
			return;
		}
		self.end_line();
		let depth = self.open.iter().filter(|open| !open.inline).count();
		let label = match field {
			Some(Field { name: Some(of), .. }) => name(of),
			_ => format!("[{index}]"),
		};
		self.line = format!("{:width$}{label}:", "", width = 2 * depth);
	}

	fn end(&mut self) {
		self.open.pop();
	}

	fn value(&mut self, ty: TypeRef, bytes: &[u8]) {
		let text = match number(ty, bytes) {
			Some(value) if self.is_balance => self.unit.amount(value),
			Some(value) => value.to_string(),
			None => simple(ty, bytes),
		};
		self.word(&text);
	}

	fn bytes(&mut self, bytes: &[u8]) {
		self.word(&shortened(bytes));
	}

	fn bits(&mut self, count: u32, storage: &[u8]) {
		self.word(&format!("{count} bits {}", shortened(storage)));
	}
}

/// Whether a type of this name holds an amount of tokens.
fn is_balance(type_name: &str) -> bool {
	type_name
		.split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
		.any(|word| word.ends_with("Balance") || word.ends_with("BalanceOf"))
}

/// A number without a sign.
fn number(ty: TypeRef, mut bytes: &[u8]) -> Option<u128> {
	match ty {
		TypeRef::U8 | TypeRef::U16 | TypeRef::U32 | TypeRef::U64 | TypeRef::U128 => {
			let mut value = [0; 16];
			value.get_mut(..bytes.len())?.copy_from_slice(bytes);
			Some(u128::from_le_bytes(value))
		}
		TypeRef::CompactU8
		| TypeRef::CompactU16
		| TypeRef::CompactU32
		| TypeRef::CompactU64
		| TypeRef::CompactU128 => Compact::<u128>::decode(&mut bytes).ok().map(|Compact(value)| value),
		_ => None,
	}
}

/// Any other value without parts.
fn simple(ty: TypeRef, mut bytes: &[u8]) -> String {
	let as_bytes = shortened(bytes);
	match ty {
		TypeRef::Bool => (bytes == [1]).to_string(),
		TypeRef::Char => {
			let char = u32::decode(&mut bytes).ok().and_then(char::from_u32);
			char.map_or(as_bytes, |char| format!("{char:?}"))
		}
		TypeRef::Str => String::decode(&mut bytes).map_or(as_bytes, |text| quoted(&text)),
		TypeRef::I8 | TypeRef::I16 | TypeRef::I32 | TypeRef::I64 | TypeRef::I128 => {
			let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
			let mut value = [if is_negative { 0xff } else { 0 }; 16];
			match value.get_mut(..bytes.len()) {
				Some(low) => low.copy_from_slice(bytes),
				None => return as_bytes,
			}
			i128::from_le_bytes(value).to_string()
		}
		TypeRef::U256 | TypeRef::I256 => format!("{as_bytes} (256 bits, little-endian)"),
		TypeRef::Void => "()".to_owned(),
		_ => as_bytes,
	}
}

/// Bytes, whole or with what identifies them; as text too where they are one.
fn shortened(bytes: &[u8]) -> String {
	if bytes.len() > MAX_BYTES {
		let (head, _) = bytes.split_at(HEAD_BYTES);
		return format!("{}… {}", hexadecimal(head), identity(bytes));
	}
	let is_text = !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
	match std::str::from_utf8(bytes) {
		Ok(text) if is_text => format!("{} {text:?}", hexadecimal(bytes)),
		_ => hexadecimal(bytes),
	}
}

fn quoted(text: &str) -> String {
	match text.char_indices().nth(MAX_TEXT) {
		Some((end, _)) => format!("{:?}… {}", &text[..end], identity(text.as_bytes())),
		None => format!("{text:?}"),
	}
}

/// What stands for bytes that are not shown.
fn identity(bytes: &[u8]) -> String {
	format!("({} bytes, blake2_256 {})", bytes.len(), hexadecimal(&blake2_256(bytes)))
}

/// A name of the runtime's, fit for a terminal.
fn name(text: &str) -> String {
	let shown = text.chars().take(MAX_NAME).flat_map(char::escape_debug);
	let rest = if text.chars().nth(MAX_NAME).is_some() { "…" } else { "" };
	shown.chain(rest.chars()).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn balances_have_their_unit_and_lose_no_digit() {
		let unit = Unit { symbol: "QMHY".into(), decimals: 12 };
		for (value, text) in [
			(0, "0 QMHY (0)"),
			(1, "0.000000000001 QMHY (1)"),
			(1_000_000_000_000, "1 QMHY (1000000000000)"),
			(1_050_000_000_000, "1.05 QMHY (1050000000000)"),
			(
				u128::MAX,
				"340282366920938463463374607.431768211455 QMHY \
				 (340282366920938463463374607431768211455)",
			),
		] {
			assert_eq!(unit.amount(value), text);
		}
		let whole = Unit { symbol: "X".into(), decimals: 0 };
		assert_eq!(whole.amount(7), "7 X (7)");
		let finest = Unit { symbol: "X".into(), decimals: 38 };
		assert!(finest.amount(u128::MAX).starts_with("3.40282366920938463463374607431768211455 X"));
		let absurd = Unit { symbol: "X".into(), decimals: 255 };
		assert_eq!(absurd.amount(7), "7");
	}

	#[test]
	fn balances_are_known_by_the_name_of_their_type() {
		for name in ["T::Balance", "BalanceOf<T>", "Vec<BalanceOf<T>>", "Balance", "DepositBalance"]
		{
			assert!(is_balance(name), "{name}");
		}
		for name in ["u128", "Balances", "CallableCallFor<Balances, Runtime>", "Rebalanced"] {
			assert!(!is_balance(name), "{name}");
		}
	}

	#[test]
	fn numbers_keep_their_sign() {
		assert_eq!(number(TypeRef::U32, &[1, 0, 0, 0x80]), Some(0x8000_0001));
		assert_eq!(number(TypeRef::CompactU128, &[0xa1, 0x0f]), Some(1000));
		assert_eq!(simple(TypeRef::I8, &[0xff]), "-1");
		assert_eq!(simple(TypeRef::I32, &(-70_000i32).to_le_bytes()), "-70000");
		assert_eq!(simple(TypeRef::I128, &i128::MIN.to_le_bytes()), i128::MIN.to_string());
	}

	#[test]
	fn nothing_reaches_the_terminal_unescaped() {
		let wild = "a\x1b[2J\u{202e}b\n";
		for shown in [name(wild), quoted(wild), shortened(wild.as_bytes())] {
			assert!(shown.chars().all(|char| !char.is_control() && char != '\u{202e}'), "{shown}");
		}
	}

	#[test]
	fn what_is_long_is_cut_and_identified() {
		assert_eq!(shortened(&[7; 64]).len(), 2 + 128);
		let cut = shortened(&[7; 65]);
		assert!(cut.starts_with("0x0707") && cut.contains("… (65 bytes, blake2_256 0x"), "{cut}");
		assert_eq!(shortened(b"hello"), "0x68656c6c6f \"hello\"");
		assert_eq!(shortened(b""), "0x");
		let text = "é".repeat(201);
		assert!(quoted(&text).contains("(402 bytes, blake2_256 0x"));
		assert_eq!(name(&"x".repeat(65)).chars().count(), 65);
	}
}
