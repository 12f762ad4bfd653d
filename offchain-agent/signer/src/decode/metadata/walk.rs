// SPDX-License-Identifier: Apache-2.0
//! Walks over SCALE bytes with proven types.

use super::{
	proof::Types,
	types::{Type, TypeDef, TypeRef},
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

/// A walk over bytes.
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

	/// Decode a call to the last byte and return its names.
	pub fn call(mut self, ty: TypeRef) -> Result<VariantPath, String> {
		let (pallet, fields) = self.variant(ty)?;
		let [field] = fields else {
			return Err(format!("pallet {pallet} has no single type of calls"));
		};
		let (call, fields) = self.variant(field.ty)?;
		for field in fields {
			self.nested(field.ty, 2)?;
		}
		if !self.bytes.is_empty() {
			return Err(format!("{} bytes follow the call", self.bytes.len()));
		}
		Ok(VariantPath { pallet: pallet.to_owned(), call: call.to_owned() })
	}

	/// Decode one value and return its bytes.
	pub fn value(&mut self, ty: TypeRef) -> Result<&'a [u8], String> {
		let before = self.bytes;
		self.nested(ty, 0)?;
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
	fn variant(&mut self, ty: TypeRef) -> Result<(&'a str, &'a [super::Field]), String> {
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

	fn nested(&mut self, ty: TypeRef, depth: u32) -> Result<(), String> {
		self.values_left = self.values_left.checked_sub(1).ok_or("too many values")?;
		if depth > MAX_DEPTH {
			return Err("values are nested too deeply".into());
		}
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
			TypeRef::ById(Compact(id)) => self.described(ty, id, depth + 1),
		}
	}

	fn described(&mut self, ty: TypeRef, id: u32, depth: u32) -> Result<(), String> {
		let first = self.types_of(id)?.first().ok_or_else(|| format!("type {id} is empty"))?;
		match &first.type_def {
			TypeDef::Enumeration(_) => {
				let (_, fields) = self.variant(ty)?;
				fields.iter().try_for_each(|field| self.nested(field.ty, depth))
			}
			TypeDef::Composite(fields) => {
				fields.iter().try_for_each(|field| self.nested(field.ty, depth))
			}
			TypeDef::Tuple(types) => types.iter().try_for_each(|ty| self.nested(*ty, depth)),
			TypeDef::Sequence(element) => {
				let length = self.length()?;
				self.repeated(*element, length, depth)
			}
			TypeDef::Array { len, element } => self.repeated(*element, *len, depth),
			TypeDef::BitSequence { num_bytes, .. } => {
				let unit = u64::from(*num_bytes);
				if !matches!(unit, 1 | 2 | 4 | 8) {
					return Err(format!("type {id} has storage units of {unit} bytes"));
				}
				let units = u64::from(self.length()?).div_ceil(8 * unit);
				self.take(usize::try_from(units * unit).unwrap_or(usize::MAX)).map(drop)
			}
		}
	}

	fn repeated(&mut self, element: TypeRef, count: u32, depth: u32) -> Result<(), String> {
		if matches!(element, TypeRef::U8 | TypeRef::I8) {
			return self.take(count as usize).map(drop);
		}
		(0..count).try_for_each(|_| self.nested(element, depth))
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
