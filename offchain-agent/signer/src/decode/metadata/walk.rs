// SPDX-License-Identifier: Apache-2.0
//! Walks over SCALE bytes with proven types.
//!
//! A [`Visitor`] follows a walk: what a person is shown is what was decoded, by the same code.

use super::{
	proof::Types,
	types::{Field, Type, TypeDef, TypeRef},
};
use codec::{Compact, Decode};

/// Deepest nesting of values.
const MAX_DEPTH: u32 = 64;
/// Most values of one walk: a bound for sequences of values that take no bytes.
const MAX_VALUES: u32 = 1 << 20;

/// Names of the outer two variants of a call: pallet and call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantPath {
	/// Name of the pallet.
	pub pallet: String,
	/// Name of its call.
	pub call: String,
}

/// Something with parts, which follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole<'a> {
	/// A variant of the enum `ty`.
	Variant {
		/// The enum.
		ty: TypeRef,
		/// Name of the variant.
		name: &'a str,
		/// Its fields.
		fields: &'a [Field],
	},
	/// A struct.
	Struct(&'a [Field]),
	/// A tuple of so many members.
	Tuple(usize),
	/// A vector or an array of so many elements.
	List(u32),
}

/// Follows a walk, in the order of the bytes. What fails to decode later was visited all the same.
pub trait Visitor {
	/// Something with parts begins.
	fn begin(&mut self, whole: Whole<'_>);
	/// Its next part begins: with its field, in a struct or variant.
	fn part(&mut self, index: usize, field: Option<&Field>);
	/// It ends.
	fn end(&mut self);
	/// A value without parts, and its bytes.
	fn value(&mut self, ty: TypeRef, bytes: &[u8]);
	/// A vector or an array of bytes.
	fn bytes(&mut self, bytes: &[u8]);
	/// A bit sequence: its units of storage.
	fn bits(&mut self, count: u32, storage: &[u8]);
}

/// Looks at nothing.
impl Visitor for () {
	fn begin(&mut self, _: Whole<'_>) {}
	fn part(&mut self, _: usize, _: Option<&Field>) {}
	fn end(&mut self) {}
	fn value(&mut self, _: TypeRef, _: &[u8]) {}
	fn bytes(&mut self, _: &[u8]) {}
	fn bits(&mut self, _: u32, _: &[u8]) {}
}

/// A walk over bytes.
#[derive(Clone)]
pub struct Walker<'a> {
	types: &'a Types,
	bytes: &'a [u8],
	values_left: u32,
}

impl<'a> Walker<'a> {
	/// Over `bytes`.
	pub fn new(types: &'a Types, bytes: &'a [u8]) -> Self {
		Self { types, bytes, values_left: MAX_VALUES }
	}

	/// Decode a call to the last byte and return its names. Its arguments are what the visitor sees.
	pub fn call(mut self, ty: TypeRef, visitor: &mut dyn Visitor) -> Result<VariantPath, String> {
		let (pallet, fields) = self.variant(ty)?;
		let [field] = fields else {
			return Err(format!("pallet {pallet} has no single type of calls"));
		};
		let (call, fields) = self.variant(field.ty)?;
		for (index, field) in fields.iter().enumerate() {
			visitor.part(index, Some(field));
			self.nested(field.ty, 2, visitor)?;
		}
		if !self.bytes.is_empty() {
			return Err(format!("{} bytes follow the call", self.bytes.len()));
		}
		Ok(VariantPath { pallet: pallet.to_owned(), call: call.to_owned() })
	}

	/// Decode one value and return its bytes.
	pub fn value(&mut self, ty: TypeRef, visitor: &mut dyn Visitor) -> Result<&'a [u8], String> {
		let before = self.bytes;
		self.nested(ty, 0, visitor)?;
		Ok(&before[..before.len() - self.bytes.len()])
	}

	/// Whether every byte was decoded.
	pub fn is_done(&self) -> bool {
		self.bytes.is_empty()
	}

	fn types_of(&self, id: u32) -> Result<&'a [Type], String> {
		let found = self.types.get(&id).ok_or_else(|| format!("the proof lacks type {id}"))?;
		Ok(found)
	}

	/// Decode the index of an enum and return its name and fields.
	fn variant(&mut self, ty: TypeRef) -> Result<(&'a str, &'a [Field]), String> {
		let TypeRef::ById(Compact(id)) = ty else { return Err("a call is an enum".into()) };
		let index = u32::from(self.take(1)?[0]);
		self.types_of(id)?
			.iter()
			.find_map(|ty| match &ty.type_def {
				TypeDef::Enumeration(variant) if variant.index.0 == index => {
					Some((variant.name.as_str(), variant.fields.as_slice()))
				}
				_ => None,
			})
			.ok_or_else(|| format!("the proof lacks variant {index} of type {id}"))
	}

	fn nested(&mut self, ty: TypeRef, depth: u32, visitor: &mut dyn Visitor) -> Result<(), String> {
		self.values_left = self.values_left.checked_sub(1).ok_or("too many values")?;
		if depth > MAX_DEPTH {
			return Err("values are nested too deeply".into());
		}
		if let TypeRef::ById(Compact(id)) = ty {
			return self.described(ty, id, depth + 1, visitor);
		}
		let before = self.bytes;
		self.simple(ty)?;
		visitor.value(ty, &before[..before.len() - self.bytes.len()]);
		Ok(())
	}

	/// Decode a value without parts.
	fn simple(&mut self, ty: TypeRef) -> Result<(), String> {
		match ty {
			TypeRef::Bool => self.decode::<bool>(),
			TypeRef::Char => {
				let code = u32::decode(&mut self.bytes).map_err(|error| error.to_string())?;
				char::from_u32(code).map(drop).ok_or_else(|| "no such character".into())
			}
			TypeRef::Str => self.decode::<String>(),
			TypeRef::U8 | TypeRef::I8 => self.take(1).map(drop),
			TypeRef::U16 | TypeRef::I16 => self.take(2).map(drop),
			TypeRef::U32 | TypeRef::I32 => self.take(4).map(drop),
			TypeRef::U64 | TypeRef::I64 => self.take(8).map(drop),
			TypeRef::U128 | TypeRef::I128 => self.take(16).map(drop),
			TypeRef::U256 | TypeRef::I256 => self.take(32).map(drop),
			TypeRef::CompactU8 => self.decode::<Compact<u8>>(),
			TypeRef::CompactU16 => self.decode::<Compact<u16>>(),
			TypeRef::CompactU32 => self.decode::<Compact<u32>>(),
			TypeRef::CompactU64 => self.decode::<Compact<u64>>(),
			TypeRef::CompactU128 => self.decode::<Compact<u128>>(),
			TypeRef::CompactU256 => Err("compact numbers of 256 bits are not supported".into()),
			TypeRef::Void => Ok(()),
			TypeRef::ById(Compact(id)) => Err(format!("type {id} has parts")),
		}
	}

	fn described(
		&mut self,
		ty: TypeRef,
		id: u32,
		depth: u32,
		visitor: &mut dyn Visitor,
	) -> Result<(), String> {
		let first = self.types_of(id)?.first().ok_or_else(|| format!("type {id} is empty"))?;
		match &first.type_def {
			TypeDef::Enumeration(_) => {
				let (name, fields) = self.variant(ty)?;
				visitor.begin(Whole::Variant { ty, name, fields });
				self.fields(fields, depth, visitor)?;
			}
			TypeDef::Composite(fields) => {
				visitor.begin(Whole::Struct(fields));
				self.fields(fields, depth, visitor)?;
			}
			TypeDef::Tuple(types) => {
				visitor.begin(Whole::Tuple(types.len()));
				for (index, ty) in types.iter().enumerate() {
					visitor.part(index, None);
					self.nested(*ty, depth, visitor)?;
				}
			}
			TypeDef::Sequence(element) => {
				let length = self.length()?;
				return self.repeated(*element, length, depth, visitor);
			}
			TypeDef::Array { len, element } => {
				return self.repeated(*element, *len, depth, visitor)
			}
			TypeDef::BitSequence { num_bytes, .. } => {
				let unit = u64::from(*num_bytes);
				if !matches!(unit, 1 | 2 | 4 | 8) {
					return Err(format!("type {id} has storage units of {unit} bytes"));
				}
				let count = self.length()?;
				let units = u64::from(count).div_ceil(8 * unit);
				let storage = self.take(usize::try_from(units * unit).unwrap_or(usize::MAX))?;
				visitor.bits(count, storage);
				return Ok(());
			}
		}
		visitor.end();
		Ok(())
	}

	fn fields(
		&mut self,
		fields: &[Field],
		depth: u32,
		visitor: &mut dyn Visitor,
	) -> Result<(), String> {
		for (index, field) in fields.iter().enumerate() {
			visitor.part(index, Some(field));
			self.nested(field.ty, depth, visitor)?;
		}
		Ok(())
	}

	fn repeated(
		&mut self,
		element: TypeRef,
		count: u32,
		depth: u32,
		visitor: &mut dyn Visitor,
	) -> Result<(), String> {
		if matches!(element, TypeRef::U8 | TypeRef::I8) {
			visitor.bytes(self.take(count as usize)?);
			return Ok(());
		}
		visitor.begin(Whole::List(count));
		for index in 0..count as usize {
			visitor.part(index, None);
			self.nested(element, depth, visitor)?;
		}
		visitor.end();
		Ok(())
	}

	fn length(&mut self) -> Result<u32, String> {
		let Compact(length) =
			Compact::<u32>::decode(&mut self.bytes).map_err(|error| error.to_string())?;
		Ok(length)
	}

	fn decode<T: Decode>(&mut self) -> Result<(), String> {
		T::decode(&mut self.bytes).map(drop).map_err(|error| error.to_string())
	}

	fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
		let (taken, rest) =
			self.bytes.split_at_checked(count).ok_or("the bytes end within a value")?;
		self.bytes = rest;
		Ok(taken)
	}
}
