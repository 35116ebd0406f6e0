// SPDX-License-Identifier: Apache-2.0
#include "web/spare_descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace mailsonde::web {

void SpareDescriptor::refill() {
  if (descriptor_ < 0) descriptor_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool SpareDescriptor::release() {
  if (descriptor_ < 0) return false;
  close(descriptor_);
  descriptor_ = -1;
  return true;
}

}  // namespace mailsonde::web
