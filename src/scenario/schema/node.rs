//! The schema that schemars derives from the types of a scene, and how its parts are told apart.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::scenario::scene::Scene;

/// A part of the schema of a type, with the definitions that it refers to.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// What schemars says of it.
    pub value: &'a Value,
    root: &'a Value,
}

/// One variant of a choice.
pub struct Variant<'a> {
    /// Its name.
    pub name: String,
    /// What it means.
    pub help: String,
    /// What stands in it, if anything.
    pub held: Option<Node<'a>>,
}

/// A form that a node can have.
pub enum Form<'a> {
    /// Named fields, and which of them must be given.
    Fields(&'a Map<String, Value>, Vec<&'a str>),
    /// A list of such elements.
    List(Node<'a>),
    /// Such values by name.
    Named(Node<'a>),
    /// One of these variants.
    Variants(Vec<Variant<'a>>),
    /// A plain value.
    Plain,
}

impl<'a> Node<'a> {
    /// The schema of scenes.
    #[must_use]
    pub fn root(root: &'a Value) -> Self {
        Self { value: root, root }
    }

    /// Another node of the same schema.
    #[must_use]
    pub fn child(self, value: &'a Value) -> Self {
        Self { value, ..self }
    }

    /// The node that this one refers to; of a value that may be absent, the value.
    #[must_use]
    pub fn resolved(self) -> Self {
        let key = |name: &str| self.value.get(name);
        if let Some(name) = key("$ref").and_then(Value::as_str) {
            let found = self.root.pointer(name.trim_start_matches('#'));
            return found.map_or(self, |value| self.child(value).resolved());
        }
        if let Some(any) = key("anyOf").and_then(Value::as_array) {
            let is_null = |own: &Value| own.get("type").is_some_and(|own| own == "null");
            let own: Vec<&Value> = any.iter().filter(|own| !is_null(own)).collect();
            if let [only] = own[..] {
                return self.child(only).resolved();
            }
        }
        if let Some([only]) = key("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            return self.child(only).resolved();
        }
        self
    }

    /// The type's name in JSON, without `null`.
    #[must_use]
    pub fn type_name(self) -> Option<&'a str> {
        match self.value.get("type")? {
            Value::String(name) => Some(name),
            Value::Array(names) => {
                let mut names = names.iter().filter_map(Value::as_str);
                names.find(|name| *name != "null")
            }
            _ => None,
        }
    }

    /// Its form, once it is resolved.
    #[must_use]
    pub fn form(self) -> Form<'a> {
        let key = |name: &str| self.value.get(name);
        if let Some(variants) = key("oneOf").and_then(Value::as_array) {
            let variants = variants.iter().flat_map(|own| self.variants_of(own));
            return Form::Variants(variants.collect());
        }
        if key("enum").is_some() {
            return Form::Variants(self.variants_of(self.value));
        }
        if let Some(fields) = key("properties").and_then(Value::as_object) {
            let required = key("required").and_then(Value::as_array);
            let required = required.into_iter().flatten().filter_map(Value::as_str);
            return Form::Fields(fields, required.collect());
        }
        // A list of fixed length: what stands in it is all alike in scenes.
        let first = key("prefixItems").and_then(|own| own.get(0));
        match (
            key("items").filter(|own| own.is_object()).or(first),
            key("additionalProperties"),
        ) {
            (Some(items), _) => Form::List(self.child(items)),
            (_, Some(own)) if own.is_object() => Form::Named(self.child(own)),
            _ => Form::Plain,
        }
    }

    fn variants_of(self, own: &'a Value) -> Vec<Variant<'a>> {
        let help = help_of(self.child(own));
        let plain = |name: &str| Variant {
            name: name.to_owned(),
            help: help.clone(),
            held: None,
        };
        if let Some(name) = own.get("const").and_then(Value::as_str) {
            return vec![plain(name)];
        }
        if let Some(names) = own.get("enum").and_then(Value::as_array) {
            return names.iter().filter_map(Value::as_str).map(plain).collect();
        }
        let held = own.get("properties").and_then(Value::as_object);
        let held = held.into_iter().flatten();
        let variants = held.map(|(name, inner)| Variant {
            held: Some(self.child(inner)),
            ..plain(name)
        });
        variants.collect()
    }

    /// What stands there, in words.
    #[must_use]
    pub fn words(self) -> String {
        let own = self.resolved();
        match own.form() {
            Form::Fields(..) => "fields".to_owned(),
            Form::List(element) => format!("list of {}", element.words()),
            Form::Named(element) => format!("{} by name", element.words()),
            Form::Variants(list) => {
                let names = list.iter().map(|own| match own.held {
                    None => own.name.clone(),
                    Some(_) => format!("{}(…)", own.name),
                });
                names.collect::<Vec<_>>().join(" | ")
            }
            Form::Plain => match own.type_name() {
                Some("number") => "number",
                Some("integer") => "whole number",
                Some("boolean") => "true | false",
                Some("string") => "text",
                _ => "number | text",
            }
            .to_owned(),
        }
    }
}

/// The schema of a scene as schemars gives it.
#[must_use]
pub fn raw() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Scene>().to_value()
}

/// What a node means, in one line.
#[must_use]
pub fn help_of(field: Node) -> String {
    let own = |node: Node| {
        let text = node.value.get("description")?.as_str()?;
        // Links of the documentation are shown as what they name.
        let text = text.replace("[`", "").replace("`]", "").replace('`', "");
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    own(field)
        .or_else(|| own(field.resolved()))
        .unwrap_or_default()
}
